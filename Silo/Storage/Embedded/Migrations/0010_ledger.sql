-- The ledger of orders and positions. Amounts are decimals as text.
-- settled: nothing of the order counts beyond its trades. An exit needs no price.
CREATE TABLE checked_orders_new (
    id              INTEGER PRIMARY KEY,
    bot_id          TEXT    NOT NULL,
    order_id        TEXT    NOT NULL,
    client_order_id TEXT,
    symbol          TEXT    NOT NULL,
    side            TEXT    NOT NULL,
    quantity        TEXT    NOT NULL,
    price           TEXT,
    multiplier      TEXT    NOT NULL DEFAULT '1',
    oco_group       TEXT,
    intent          TEXT    NOT NULL,
    lease_epoch     INTEGER NOT NULL,
    granted_at      INTEGER NOT NULL,
    renewed_at      INTEGER,
    status          TEXT    NOT NULL,
    filled          TEXT    NOT NULL,
    settled         INTEGER NOT NULL,
    ended_at        INTEGER,
    trace_id        TEXT,
    UNIQUE (bot_id, order_id)
);
-- Orders from before these rules whose end nobody told end with them; the audit log says how many.
INSERT INTO checked_orders_new (id, bot_id, order_id, symbol, side, quantity, price, intent, lease_epoch, granted_at, status, filled, settled, ended_at, trace_id)
SELECT id, bot_id, order_id, symbol, side, quantity, price, intent, lease_epoch, granted_at, CASE status WHEN 'open' THEN 'ended' ELSE status END, filled, 1, ended_at, trace_id
FROM checked_orders;
CREATE TABLE ledger_upgrade (orders_ended INTEGER NOT NULL, trades_without_order INTEGER NOT NULL, told INTEGER NOT NULL);
INSERT INTO ledger_upgrade SELECT (SELECT COUNT(*) FROM checked_orders WHERE status = 'open'), (SELECT COUNT(*) FROM trade_log WHERE order_id IS NULL), 0;
DROP TABLE checked_orders;
ALTER TABLE checked_orders_new RENAME TO checked_orders;
CREATE INDEX orders_by_bot ON checked_orders (bot_id, granted_at, id);
CREATE INDEX orders_unsettled ON checked_orders (bot_id) WHERE settled = 0;
CREATE UNIQUE INDEX orders_by_client_id ON checked_orders (bot_id, client_order_id) WHERE client_order_id IS NOT NULL;

-- What was told of a position beside its trades. symbol is canonical. settled: units beyond the trades, as of settled_at.
-- drift: the report less the trades up to its moment.
CREATE TABLE position_ledger (
    bot_id     TEXT NOT NULL,
    symbol     TEXT NOT NULL,
    settled    TEXT NOT NULL,
    settled_at INTEGER,
    reported   TEXT,
    as_of      INTEGER,
    drift      TEXT NOT NULL,
    peak       TEXT NOT NULL,
    aside      TEXT NOT NULL,
    settled_told INTEGER,
    as_of_told   INTEGER,
    PRIMARY KEY (bot_id, symbol)
) WITHOUT ROWID;
-- The ledger starts from the recorded trades and the last reports.
INSERT OR IGNORE INTO position_ledger (bot_id, symbol, settled, settled_at, reported, as_of, drift, peak, aside)
SELECT bot_id, upper(replace(replace(replace(replace(replace(replace(symbol, ' ', ''), '/', ''), '-', ''), '_', ''), ':', ''), '.', '')), drift, reported_at, quantity, reported_at, drift, ltrim(quantity, '-'), '0'
FROM bot_positions ORDER BY reported_at DESC;
DROP TABLE bot_positions;

ALTER TABLE trade_log ADD COLUMN close_order_id TEXT;
ALTER TABLE trade_log ADD COLUMN multiplier TEXT NOT NULL DEFAULT '1';
CREATE INDEX trades_by_close_order ON trade_log (bot_id, close_order_id) WHERE close_order_id IS NOT NULL;

-- What only an operator declares of a bot, as JSON.
ALTER TABLE bots ADD COLUMN terms TEXT;
