-- What the risk engine keeps. Amounts are decimals as text; side, intent and status are words.

CREATE TABLE checked_orders (
    id          INTEGER PRIMARY KEY,
    bot_id      TEXT    NOT NULL,
    order_id    TEXT    NOT NULL,
    symbol      TEXT    NOT NULL,
    side        TEXT    NOT NULL,
    quantity    TEXT    NOT NULL,
    price       TEXT    NOT NULL,
    intent      TEXT    NOT NULL,
    lease_epoch INTEGER NOT NULL,
    granted_at  INTEGER NOT NULL,
    status      TEXT    NOT NULL,
    filled      TEXT    NOT NULL,
    ended_at    INTEGER,
    trace_id    TEXT,
    UNIQUE (bot_id, order_id)
);
CREATE INDEX orders_by_bot ON checked_orders (bot_id, granted_at);
CREATE INDEX orders_open ON checked_orders (bot_id, symbol, side) WHERE status = 'open';

-- drift: by how much the report differed from the recorded open trades when it was written.
CREATE TABLE bot_positions (
    bot_id      TEXT    NOT NULL,
    symbol      TEXT    NOT NULL,
    quantity    TEXT    NOT NULL,
    drift       TEXT    NOT NULL,
    reported_at INTEGER NOT NULL,
    PRIMARY KEY (bot_id, symbol)
) WITHOUT ROWID;

CREATE INDEX trades_by_symbol ON trade_log (bot_id, symbol, opened_at);

-- What else a bot's registration holds; null: any symbol, no model declared.
ALTER TABLE bots ADD COLUMN allowed_symbols TEXT;
ALTER TABLE bots ADD COLUMN model TEXT;
