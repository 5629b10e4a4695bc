-- When the control plane received what a bot tells: evidence is dated by it. Null in rows from before, which go by what was told.
ALTER TABLE decision_traces ADD COLUMN received_at INTEGER;
ALTER TABLE bot_cycles ADD COLUMN received_at INTEGER;
CREATE INDEX trades_by_order ON trade_log (bot_id, order_id) WHERE order_id IS NOT NULL;
CREATE INDEX transitions_by_subject ON gate_transitions (subject, at);
CREATE INDEX trades_of_market ON trade_log (symbol, received_at) WHERE received_at IS NOT NULL;
