-- source: 0 reported by whoever made the call, 1 observed by the gateway. Tokens are null where no answer told them.
ALTER TABLE integration_usage_events ADD COLUMN source smallint NOT NULL DEFAULT 0;
ALTER TABLE integration_usage_events ADD COLUMN input_tokens bigint;
ALTER TABLE integration_usage_events ADD COLUMN output_tokens bigint;
ALTER TABLE usage_seconds ADD COLUMN observed bigint NOT NULL DEFAULT 0;
