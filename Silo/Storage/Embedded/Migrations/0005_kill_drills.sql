-- A report is the whole rehearsal as JSON.
CREATE TABLE kill_drills (
    id     INTEGER PRIMARY KEY,
    at     INTEGER NOT NULL,
    report TEXT    NOT NULL
);
CREATE INDEX kill_drills_by_time ON kill_drills (at);
