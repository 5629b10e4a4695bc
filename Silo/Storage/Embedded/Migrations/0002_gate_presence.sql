-- Stretches of time in which the gate renewed its lease without a gap. A recorded decision counts within them only.
CREATE TABLE gate_presence (
    epoch    INTEGER NOT NULL,
    from_at  INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    PRIMARY KEY (from_at, epoch)
) WITHOUT ROWID;
