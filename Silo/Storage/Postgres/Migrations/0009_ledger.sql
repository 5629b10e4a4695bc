-- The ledger of orders and positions.
-- settled: nothing of the order counts beyond its trades. An exit needs no price.
ALTER TABLE checked_orders ALTER COLUMN price DROP NOT NULL;
ALTER TABLE checked_orders ADD COLUMN client_order_id text;
ALTER TABLE checked_orders ADD COLUMN multiplier numeric NOT NULL DEFAULT 1;
ALTER TABLE checked_orders ADD COLUMN oco_group text;
ALTER TABLE checked_orders ADD COLUMN renewed_at timestamptz;
ALTER TABLE checked_orders ADD COLUMN settled boolean NOT NULL DEFAULT true;
ALTER TABLE checked_orders ALTER COLUMN settled DROP DEFAULT;
CREATE TABLE ledger_upgrade (orders_ended bigint NOT NULL, trades_without_order bigint NOT NULL, told boolean NOT NULL);
INSERT INTO ledger_upgrade SELECT (SELECT COUNT(*) FROM checked_orders WHERE status = 'open'), (SELECT COUNT(*) FROM trade_log WHERE order_id IS NULL), false;

-- Orders from before these rules whose end nobody told end with them; the audit log says how many.
UPDATE checked_orders SET status = 'ended' WHERE status = 'open';
DROP INDEX orders_by_bot;
DROP INDEX orders_open;
CREATE INDEX orders_by_bot ON checked_orders (bot_id, granted_at, id);
CREATE INDEX orders_unsettled ON checked_orders (bot_id) WHERE NOT settled;
CREATE UNIQUE INDEX orders_by_client_id ON checked_orders (bot_id, client_order_id) WHERE client_order_id IS NOT NULL;

-- What was told of a position beside its trades. symbol is canonical. settled: units beyond the trades, as of settled_at.
-- drift: the report less the trades up to its moment.
CREATE TABLE position_ledger (
    bot_id     text        NOT NULL,
    symbol     text        NOT NULL,
    settled    numeric     NOT NULL,
    settled_at timestamptz,
    reported   numeric,
    as_of      timestamptz,
    drift      numeric     NOT NULL,
    peak       numeric     NOT NULL,
    aside      numeric     NOT NULL,
    settled_told timestamptz,
    as_of_told   timestamptz,
    PRIMARY KEY (bot_id, symbol)
);
-- The ledger starts from the recorded trades and the last reports.
INSERT INTO position_ledger (bot_id, symbol, settled, settled_at, reported, as_of, drift, peak, aside)
SELECT bot_id, upper(replace(replace(replace(replace(replace(replace(symbol, ' ', ''), '/', ''), '-', ''), '_', ''), ':', ''), '.', '')), drift, reported_at, quantity, reported_at, drift, abs(quantity), 0
FROM bot_positions ORDER BY reported_at DESC ON CONFLICT DO NOTHING;
DROP TABLE bot_positions;

ALTER TABLE trade_log ADD COLUMN close_order_id text;
ALTER TABLE trade_log ADD COLUMN multiplier numeric NOT NULL DEFAULT 1;
CREATE INDEX trades_by_close_order ON trade_log (bot_id, close_order_id) WHERE close_order_id IS NOT NULL;

-- What only an operator declares of a bot, as JSON.
ALTER TABLE bots ADD COLUMN terms text;
