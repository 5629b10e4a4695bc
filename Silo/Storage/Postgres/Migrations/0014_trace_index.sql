-- A trace id is found in every list that is retained. Records without one cost nothing.
CREATE INDEX usage_by_trace ON integration_usage_events (trace_id) WHERE trace_id IS NOT NULL;
CREATE INDEX transitions_by_trace ON gate_transitions (trace_id) WHERE trace_id IS NOT NULL;
CREATE INDEX decisions_of_trace ON decision_traces (trace_id) WHERE trace_id IS NOT NULL;
CREATE INDEX no_trade_ids_of_trace ON no_trade_ids (trace_id) WHERE trace_id IS NOT NULL;
CREATE INDEX trades_by_trace ON trade_log (trace_id) WHERE trace_id IS NOT NULL;
CREATE INDEX cycles_by_trace ON bot_cycles (trace_id) WHERE trace_id IS NOT NULL;
CREATE INDEX orders_by_trace ON checked_orders (trace_id) WHERE trace_id IS NOT NULL;
CREATE INDEX verifications_by_trace ON integration_verifications (trace_id);
CREATE INDEX audit_by_trace ON audit_log (trace_id);
