-- What fills realise that the gateway saw. booked: units of seen that are reckoned; null for orders from before this.
ALTER TABLE checked_orders ADD COLUMN seen_fee numeric;
ALTER TABLE checked_orders ADD COLUMN booked numeric;
ALTER TABLE checked_orders ADD COLUMN booked_price numeric;
ALTER TABLE checked_orders ADD COLUMN booked_fee numeric;
CREATE INDEX orders_seen_unbooked ON checked_orders (bot_id, seen_at) WHERE intent = 'reduce' AND seen <> booked;
-- Filled units that wait for their other side. opens: false for an exit whose entry nobody saw.
CREATE TABLE seen_lots (
    bot_id     text NOT NULL,
    order_id   text NOT NULL,
    symbol     text NOT NULL,
    side       text NOT NULL,
    units      numeric NOT NULL,
    price      numeric NOT NULL,
    opens      boolean NOT NULL,
    granted_at timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL,
    PRIMARY KEY (bot_id, order_id)
);
CREATE INDEX seen_lots_uncovered ON seen_lots (bot_id, seen_at) WHERE NOT opens;
-- Entries that the gateway saw and that nothing has closed.
INSERT INTO seen_lots (bot_id, order_id, symbol, side, units, price, opens, granted_at, seen_at)
SELECT o.bot_id, o.order_id, o.symbol, o.side, o.seen, o.seen_price, true, o.granted_at, COALESCE(o.seen_at, o.granted_at) FROM checked_orders o
WHERE o.intent = 'open' AND o.seen <> 0 AND o.matched = 0 AND o.seen_price IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM trade_log t WHERE t.bot_id = o.bot_id AND t.order_id = o.order_id AND t.closed_at IS NOT NULL);
-- What was realised, one row a pair of entry and exit.
CREATE TABLE seen_closes (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    bot_id         text NOT NULL,
    exit_order_id  text NOT NULL,
    entry_order_id text NOT NULL,
    units          numeric NOT NULL,
    pnl            numeric NOT NULL,
    currency       text,
    at             timestamptz NOT NULL
);
CREATE INDEX seen_closes_by_time ON seen_closes (bot_id, at);
CREATE INDEX seen_closes_by_exit ON seen_closes (bot_id, exit_order_id);
CREATE INDEX seen_closes_by_entry ON seen_closes (bot_id, entry_order_id);
