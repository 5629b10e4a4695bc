-- When the bot was registered, so that lists are newest first. Null for bots from before.
ALTER TABLE bots ADD COLUMN registered_at INTEGER;
