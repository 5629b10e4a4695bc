-- currency: null is the bot's own. history: imported by an operator, counts nowhere. received_at, settled_at: receipt of the trade and of its closing.
-- realised_at is set with a closing or with pnl: a closed trade without pnl makes the day's result unknown.
ALTER TABLE trade_log ADD COLUMN currency TEXT;
ALTER TABLE trade_log ADD COLUMN history INTEGER NOT NULL DEFAULT 0;
ALTER TABLE trade_log ADD COLUMN received_at INTEGER;
ALTER TABLE trade_log ADD COLUMN settled_at INTEGER;
UPDATE trade_log SET realised_at = closed_at WHERE closed_at IS NOT NULL AND pnl IS NULL;
