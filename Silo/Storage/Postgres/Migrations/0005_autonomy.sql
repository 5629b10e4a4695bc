-- Scores and steps of tiers, as they came.
CREATE TABLE autonomy_scores (
    id      bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    bot_id  text        NOT NULL,
    at      timestamptz NOT NULL,
    tier    smallint    NOT NULL,
    score   double precision,
    reason  text        NOT NULL,
    by_whom text
);
CREATE INDEX scores_by_bot ON autonomy_scores (bot_id, id);

-- Heartbeats of a bot's runners by hour: in time, or late or never.
CREATE TABLE bot_heartbeats (
    bot_id  text        NOT NULL,
    hour_s  bigint      NOT NULL,
    last_at timestamptz NOT NULL,
    kept    bigint      NOT NULL,
    missed  bigint      NOT NULL,
    PRIMARY KEY (bot_id, hour_s)
) WITH (fillfactor = 80);

-- What evidence asks: who stepped in, and since when a kill was engaged.
CREATE INDEX audit_by_target ON audit_log (target, at_ticks);
CREATE INDEX transitions_of_kill ON gate_transitions (at) WHERE subject = 'kill_switch';
