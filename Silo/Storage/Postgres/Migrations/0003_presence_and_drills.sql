-- Stretches of time in which the gate renewed its lease without a gap. A recorded decision counts within them only.
CREATE TABLE gate_presence (
    epoch    bigint      NOT NULL,
    from_at  timestamptz NOT NULL,
    until_at timestamptz NOT NULL,
    PRIMARY KEY (from_at, epoch)
);

-- A report is the whole rehearsal as JSON.
CREATE TABLE kill_drills (
    id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at     timestamptz NOT NULL,
    report text        NOT NULL
);
CREATE INDEX kill_drills_by_time ON kill_drills (at, id);

-- What else a bot's registration holds; null: any symbol, no model declared.
ALTER TABLE bots ADD COLUMN allowed_symbols text;
ALTER TABLE bots ADD COLUMN model text;
