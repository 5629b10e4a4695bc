-- A directory that has just come to be asks these bots how their runners stand.
ALTER TABLE bots ADD COLUMN runner_watched boolean NOT NULL DEFAULT false;
