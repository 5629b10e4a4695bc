-- currency: null is the bot's own. history: imported by an operator, counts nowhere. received_at, settled_at: receipt of the trade and of its closing.
-- realised_at is set with a closing or with pnl: a closed trade without pnl makes the day's result unknown.
ALTER TABLE trade_log
    ADD COLUMN currency text,
    ADD COLUMN history boolean NOT NULL DEFAULT false,
    ADD COLUMN received_at timestamptz,
    ADD COLUMN settled_at timestamptz;
UPDATE trade_log SET realised_at = closed_at WHERE closed_at IS NOT NULL AND pnl IS NULL;
