-- The canonical symbol of a trade, so that marks are found however a bot writes it. Only the last minutes are looked up by it: folding the
-- separators and the case of what is here already is enough.
ALTER TABLE trade_log ADD COLUMN symbol_key text;
UPDATE trade_log SET symbol_key = upper(translate(symbol, ' /-_:.', ''));
DROP INDEX trades_of_market;
CREATE INDEX trades_of_market ON trade_log (symbol_key, received_at) WHERE received_at IS NOT NULL;
DROP INDEX trades_by_symbol;
CREATE INDEX trades_by_symbol ON trade_log (bot_id, symbol_key, opened_at);

-- What one unit of the trade's currency was in the currency of the sums, as the bot's instrument declared it when the trade was told.
ALTER TABLE trade_log ADD COLUMN rate numeric;
