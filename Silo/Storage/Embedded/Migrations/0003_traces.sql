-- What bots record about themselves. Amounts are decimals as text, exact; times are microseconds as everywhere.

CREATE TABLE decision_traces (
    id           INTEGER PRIMARY KEY,
    bot_id       TEXT    NOT NULL,
    decision_id  TEXT    NOT NULL,
    occurred_at  INTEGER NOT NULL,
    symbol       TEXT    NOT NULL,
    action       TEXT    NOT NULL,
    rationale    TEXT,
    variables    TEXT    NOT NULL,
    confidence   REAL,
    model        TEXT,
    trade_id     TEXT,
    trace_id     TEXT,
    gate_epoch   INTEGER,
    gate_version INTEGER,
    UNIQUE (bot_id, decision_id)
);
CREATE INDEX decisions_by_bot ON decision_traces (bot_id, occurred_at);
CREATE INDEX decisions_by_trace ON decision_traces (bot_id, trace_id) WHERE trace_id IS NOT NULL;

-- A row is one or several equal neighbours; fold_key is what makes them equal.
CREATE TABLE no_trade_traces (
    id          INTEGER PRIMARY KEY,
    bot_id      TEXT    NOT NULL,
    no_trade_id TEXT    NOT NULL,
    symbol      TEXT,
    fold_key    TEXT    NOT NULL,
    count       INTEGER NOT NULL,
    first_at    INTEGER NOT NULL,
    last_at     INTEGER NOT NULL,
    trace_id    TEXT
);
-- The newest row of a bot by arrival: an index on the bot ends with the row's id.
CREATE INDEX no_trades_newest ON no_trade_traces (bot_id);
CREATE INDEX no_trades_by_bot ON no_trade_traces (bot_id, last_at);

CREATE TABLE no_trade_reasons (
    no_trade  INTEGER NOT NULL,
    place     INTEGER NOT NULL,
    code      TEXT    NOT NULL,
    rule      TEXT,
    threshold TEXT,
    actual    TEXT,
    detail    TEXT,
    PRIMARY KEY (no_trade, place)
) WITHOUT ROWID;

-- Every no-trade before folding: keeps ids unique, times exact and traces linked.
CREATE TABLE no_trade_ids (
    bot_id      TEXT    NOT NULL,
    no_trade_id TEXT    NOT NULL,
    no_trade    INTEGER NOT NULL,
    occurred_at INTEGER NOT NULL,
    trace_id    TEXT,
    PRIMARY KEY (bot_id, no_trade_id)
) WITHOUT ROWID;
CREATE INDEX no_trade_ids_by_time ON no_trade_ids (bot_id, occurred_at, no_trade);
CREATE INDEX no_trade_ids_by_trace ON no_trade_ids (bot_id, trace_id) WHERE trace_id IS NOT NULL;
CREATE INDEX no_trade_ids_by_fold ON no_trade_ids (no_trade);

-- side is buy or sell. realised_at is set with pnl: the closing, or the opening of a trade that is not closed.
CREATE TABLE trade_log (
    id          INTEGER PRIMARY KEY,
    bot_id      TEXT    NOT NULL,
    trade_id    TEXT    NOT NULL,
    symbol      TEXT    NOT NULL,
    side        TEXT    NOT NULL,
    quantity    TEXT    NOT NULL,
    price       TEXT    NOT NULL,
    pnl         TEXT,
    opened_at   INTEGER NOT NULL,
    closed_at   INTEGER,
    realised_at INTEGER,
    decision_id TEXT,
    trace_id    TEXT,
    order_id    TEXT,
    UNIQUE (bot_id, trade_id)
);
CREATE INDEX trades_by_bot ON trade_log (bot_id, opened_at);
CREATE INDEX trades_by_time ON trade_log (opened_at, bot_id);
CREATE INDEX trades_realised ON trade_log (realised_at, bot_id) WHERE realised_at IS NOT NULL;
CREATE INDEX trades_by_decision ON trade_log (bot_id, decision_id) WHERE decision_id IS NOT NULL;
CREATE INDEX trades_open ON trade_log (bot_id, symbol) WHERE closed_at IS NULL;

-- outcome is traded, no_signal, suppressed or error. ordinal counts a bot's cycles in the order in which they came.
CREATE TABLE bot_cycles (
    id            INTEGER PRIMARY KEY,
    bot_id        TEXT    NOT NULL,
    cycle_id      TEXT    NOT NULL,
    ordinal       INTEGER NOT NULL,
    occurred_at   INTEGER NOT NULL,
    outcome       TEXT    NOT NULL,
    signals       INTEGER NOT NULL,
    survived_risk INTEGER NOT NULL,
    sent          INTEGER NOT NULL,
    filled        INTEGER NOT NULL,
    trace_id      TEXT,
    UNIQUE (bot_id, cycle_id)
);
-- Covers the funnel.
CREATE INDEX cycles_by_bot ON bot_cycles (bot_id, occurred_at, outcome, signals, survived_risk, sent, filled);
CREATE INDEX cycles_with_signal ON bot_cycles (bot_id, ordinal) WHERE signals > 0;

-- One row a bot that has recorded anything, kept in the transactions of its traces.
CREATE TABLE bot_activity (
    bot_id           TEXT    PRIMARY KEY,
    last_decision_at INTEGER,
    cycles           INTEGER NOT NULL DEFAULT 0,
    last_cycle_at    INTEGER,
    last_signal      INTEGER,
    last_signal_at   INTEGER,
    gaps             INTEGER NOT NULL DEFAULT 0,
    gap_p95          INTEGER
) WITHOUT ROWID;

-- Calls of a bot by time: the usage of a trace, and of a bot.
CREATE INDEX usage_by_bot ON integration_usage_events (bot_id, occurred_at) WHERE bot_id IS NOT NULL;
