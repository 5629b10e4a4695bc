-- The way of orders through the gateway. passage: granted, sent or answered; null for an order that does not go through it.
-- route: what look-ups need again, as JSON. due_at: when somebody must look after it.
-- seen: units that the gateway saw filled. matched: units of it that exits have closed. seen_pnl: what they realised.
ALTER TABLE checked_orders ADD COLUMN provider TEXT;
ALTER TABLE checked_orders ADD COLUMN environment TEXT;
ALTER TABLE checked_orders ADD COLUMN operation TEXT;
ALTER TABLE checked_orders ADD COLUMN request_hash TEXT;
ALTER TABLE checked_orders ADD COLUMN route TEXT;
ALTER TABLE checked_orders ADD COLUMN passage TEXT;
ALTER TABLE checked_orders ADD COLUMN provider_order_id TEXT;
ALTER TABLE checked_orders ADD COLUMN sent_at INTEGER;
ALTER TABLE checked_orders ADD COLUMN answered_at INTEGER;
ALTER TABLE checked_orders ADD COLUMN lookups INTEGER NOT NULL DEFAULT 0;
ALTER TABLE checked_orders ADD COLUMN due_at INTEGER;
ALTER TABLE checked_orders ADD COLUMN seen TEXT NOT NULL DEFAULT '0';
ALTER TABLE checked_orders ADD COLUMN seen_price TEXT;
ALTER TABLE checked_orders ADD COLUMN seen_at INTEGER;
ALTER TABLE checked_orders ADD COLUMN matched TEXT NOT NULL DEFAULT '0';
ALTER TABLE checked_orders ADD COLUMN seen_pnl TEXT;
CREATE INDEX orders_due ON checked_orders (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX orders_by_provider_id ON checked_orders (provider, provider_order_id) WHERE provider_order_id IS NOT NULL;
CREATE INDEX orders_by_provider_client_id ON checked_orders (provider, client_order_id) WHERE provider IS NOT NULL AND client_order_id IS NOT NULL;
CREATE INDEX orders_open_at_provider ON checked_orders (provider) WHERE provider IS NOT NULL AND status = 'open';
CREATE INDEX orders_seen_pnl ON checked_orders (bot_id, seen_at) WHERE seen_pnl IS NOT NULL;
