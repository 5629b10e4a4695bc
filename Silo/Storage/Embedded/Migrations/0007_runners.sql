-- A directory that has just come to be asks these bots how their runners stand.
ALTER TABLE bots ADD COLUMN runner_watched INTEGER NOT NULL DEFAULT 0;
