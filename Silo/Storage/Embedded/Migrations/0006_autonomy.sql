-- Scores and steps of tiers, as they came.
CREATE TABLE autonomy_scores (
    id      INTEGER PRIMARY KEY,
    bot_id  TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    tier    INTEGER NOT NULL,
    score   REAL,
    reason  TEXT    NOT NULL,
    by_whom TEXT
);
CREATE INDEX scores_by_bot ON autonomy_scores (bot_id, id);

-- Heartbeats of a bot's runners by hour: in time, or late or never.
CREATE TABLE bot_heartbeats (
    bot_id TEXT    NOT NULL,
    hour_s INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    kept   INTEGER NOT NULL,
    missed INTEGER NOT NULL,
    PRIMARY KEY (bot_id, hour_s)
) WITHOUT ROWID;

-- What evidence asks: who stepped in, and since when a kill was engaged.
CREATE INDEX audit_by_target ON audit_log (target, at_ticks);
CREATE INDEX transitions_of_kill ON gate_transitions (at) WHERE subject = 'kill_switch';
