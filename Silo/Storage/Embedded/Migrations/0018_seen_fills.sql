-- What fills realise that the gateway saw. booked: units of seen that are reckoned; null for orders from before this.
ALTER TABLE checked_orders ADD COLUMN seen_fee TEXT;
ALTER TABLE checked_orders ADD COLUMN booked TEXT;
ALTER TABLE checked_orders ADD COLUMN booked_price TEXT;
ALTER TABLE checked_orders ADD COLUMN booked_fee TEXT;
CREATE INDEX orders_seen_unbooked ON checked_orders (bot_id, seen_at) WHERE intent = 'reduce' AND seen <> booked;
-- Filled units that wait for their other side. opens: 0 for an exit whose entry nobody saw.
CREATE TABLE seen_lots (
    bot_id     TEXT    NOT NULL,
    order_id   TEXT    NOT NULL,
    symbol     TEXT    NOT NULL,
    side       TEXT    NOT NULL,
    units      TEXT    NOT NULL,
    price      TEXT    NOT NULL,
    opens      INTEGER NOT NULL,
    granted_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    PRIMARY KEY (bot_id, order_id)
) WITHOUT ROWID;
CREATE INDEX seen_lots_uncovered ON seen_lots (bot_id, seen_at) WHERE opens = 0;
-- Entries that the gateway saw and that nothing has closed.
INSERT INTO seen_lots (bot_id, order_id, symbol, side, units, price, opens, granted_at, seen_at)
SELECT o.bot_id, o.order_id, o.symbol, o.side, o.seen, o.seen_price, 1, o.granted_at, COALESCE(o.seen_at, o.granted_at) FROM checked_orders o
WHERE o.intent = 'open' AND o.seen <> '0' AND o.matched = '0' AND o.seen_price IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM trade_log t WHERE t.bot_id = o.bot_id AND t.order_id = o.order_id AND t.closed_at IS NOT NULL);
-- What was realised, one row a pair of entry and exit.
CREATE TABLE seen_closes (
    id             INTEGER PRIMARY KEY,
    bot_id         TEXT    NOT NULL,
    exit_order_id  TEXT    NOT NULL,
    entry_order_id TEXT    NOT NULL,
    units          TEXT    NOT NULL,
    pnl            TEXT    NOT NULL,
    currency       TEXT,
    at             INTEGER NOT NULL
);
CREATE INDEX seen_closes_by_time ON seen_closes (bot_id, at);
CREATE INDEX seen_closes_by_exit ON seen_closes (bot_id, exit_order_id);
CREATE INDEX seen_closes_by_entry ON seen_closes (bot_id, entry_order_id);
