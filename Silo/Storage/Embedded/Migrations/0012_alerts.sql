-- Documents are the whole row as JSON; the columns beside them are what lists and reads go by.
CREATE TABLE alerts (
    id          INTEGER PRIMARY KEY,
    alert_id    TEXT    NOT NULL UNIQUE,
    opened_at   INTEGER NOT NULL,
    resolved_at INTEGER,
    document    TEXT    NOT NULL
);
CREATE INDEX alerts_by_time ON alerts (opened_at, id);
CREATE INDEX alerts_open ON alerts (alert_id) WHERE resolved_at IS NULL;

CREATE TABLE alert_notices (
    notice_id BLOB    PRIMARY KEY,
    alert_id  TEXT    NOT NULL,
    finished  INTEGER NOT NULL,
    document  TEXT    NOT NULL
) WITHOUT ROWID;
CREATE INDEX alert_notices_by_alert ON alert_notices (alert_id);
CREATE INDEX alert_notices_to_come ON alert_notices (alert_id) WHERE finished = 0;

CREATE TABLE alert_channels (
    name     TEXT PRIMARY KEY,
    document TEXT NOT NULL
) WITHOUT ROWID;
