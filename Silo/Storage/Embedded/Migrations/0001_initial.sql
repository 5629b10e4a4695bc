-- Instants are whole microseconds since 1970-01-01 UTC. Columns named *_s hold whole seconds, *_ticks .NET ticks (100 ns since 0001-01-01 UTC).

CREATE TABLE integration_usage_events (
    id          INTEGER PRIMARY KEY,
    event_id    BLOB    NOT NULL,
    occurred_at INTEGER NOT NULL,
    provider    TEXT    NOT NULL,
    status      INTEGER NOT NULL,
    latency_ms  INTEGER,
    http_status INTEGER,
    user_id     TEXT,
    bot_id      TEXT,
    operation   TEXT    NOT NULL,
    trace_id    TEXT,
    error_code  TEXT
);

-- Serves newest-first pages, and covers windows and hourly figures without a look at the rows.
CREATE INDEX usage_by_provider ON integration_usage_events (provider, occurred_at, status, latency_ms);

-- The ids of the events above, no more and no fewer.
CREATE TABLE usage_event_ids (event_id BLOB PRIMARY KEY) WITHOUT ROWID;

-- Roll-ups of the events above, written in the transaction of the events.
CREATE TABLE usage_seconds (
    provider TEXT    NOT NULL,
    second_s INTEGER NOT NULL,
    calls    INTEGER NOT NULL,
    errors   INTEGER NOT NULL,
    PRIMARY KEY (provider, second_s)
) WITHOUT ROWID;

CREATE TABLE usage_bots (
    provider     TEXT    NOT NULL,
    bot_id       TEXT    NOT NULL,
    last_used_at INTEGER NOT NULL,
    PRIMARY KEY (provider, bot_id)
) WITHOUT ROWID;
CREATE INDEX usage_bots_by_time ON usage_bots (provider, last_used_at);

-- One row.
CREATE TABLE usage_commits (id INTEGER PRIMARY KEY CHECK (id = 1), sequence INTEGER NOT NULL);
INSERT INTO usage_commits (id, sequence) VALUES (1, 0);

CREATE TABLE integration_verifications (
    id          INTEGER PRIMARY KEY,
    provider    TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    status      INTEGER NOT NULL,
    http_status INTEGER,
    latency_ms  INTEGER,
    error_code  TEXT,
    trace_id    TEXT    NOT NULL,
    by_whom     TEXT    NOT NULL
);
CREATE INDEX verifications_by_provider ON integration_verifications (provider, at);

CREATE TABLE gate_transitions (
    id         INTEGER PRIMARY KEY,
    at         INTEGER NOT NULL,
    epoch      INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    subject    TEXT    NOT NULL,
    from_value TEXT    NOT NULL,
    to_value   TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    message    TEXT    NOT NULL,
    by_whom    TEXT,
    trace_id   TEXT,
    decision   TEXT
);
CREATE INDEX transitions_by_time ON gate_transitions (at);
CREATE INDEX decisions_by_time ON gate_transitions (at) WHERE decision IS NOT NULL;

-- The hash of an entry covers its instant as it was given, so that it must come back to the tick.
CREATE TABLE audit_log (
    sequence      INTEGER PRIMARY KEY,
    at_ticks      INTEGER NOT NULL,
    by_name       TEXT    NOT NULL,
    by_role       TEXT    NOT NULL,
    trace_id      TEXT    NOT NULL,
    action        TEXT    NOT NULL,
    target        TEXT    NOT NULL,
    outcome       TEXT    NOT NULL,
    details       TEXT    NOT NULL,
    previous_hash TEXT    NOT NULL,
    hash          TEXT    NOT NULL
);

CREATE TABLE bots (
    bot_id       TEXT    PRIMARY KEY,
    name         TEXT    NOT NULL,
    user_id      TEXT,
    requires     TEXT    NOT NULL,
    mode         INTEGER NOT NULL,
    risk_limits  TEXT    NOT NULL,
    tier         INTEGER NOT NULL,
    kill_engaged INTEGER NOT NULL,
    kill_reason  TEXT,
    kill_by      TEXT,
    kill_since   INTEGER,
    kill_durable INTEGER NOT NULL
) WITHOUT ROWID;

-- A cleared state keeps its row without a payload: its version goes on, and an old ETag can't fit by chance.
CREATE TABLE orleans_storage (
    id         INTEGER PRIMARY KEY,
    state_name TEXT    NOT NULL,
    grain_id   TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    payload    BLOB,
    UNIQUE (state_name, grain_id)
);

CREATE TABLE store_probe (id INTEGER PRIMARY KEY CHECK (id = 1), probes INTEGER NOT NULL);
INSERT INTO store_probe (id, probes) VALUES (1, 0);
