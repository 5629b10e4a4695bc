-- Documents are the whole row as JSON; the columns beside them are what lists and reads go by.
CREATE TABLE alerts (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    alert_id    text        NOT NULL UNIQUE,
    opened_at   timestamptz NOT NULL,
    resolved_at timestamptz,
    document    text        NOT NULL
);
CREATE INDEX alerts_by_time ON alerts (opened_at, id);
CREATE INDEX alerts_open ON alerts (alert_id) WHERE resolved_at IS NULL;

CREATE TABLE alert_notices (
    notice_id uuid    PRIMARY KEY,
    alert_id  text    NOT NULL,
    finished  boolean NOT NULL,
    document  text    NOT NULL
);
CREATE INDEX alert_notices_by_alert ON alert_notices (alert_id);
CREATE INDEX alert_notices_to_come ON alert_notices (alert_id) WHERE NOT finished;

CREATE TABLE alert_channels (
    name     text PRIMARY KEY,
    document text NOT NULL
);
