-- What bots record about themselves. Whoever writes holds the bot's advisory lock, so that what is newest is so for all.

CREATE TABLE decision_traces (
    id           bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    bot_id       text        NOT NULL,
    decision_id  text        NOT NULL,
    occurred_at  timestamptz NOT NULL,
    symbol       text        NOT NULL,
    action       text        NOT NULL,
    rationale    text,
    variables    text        NOT NULL,
    confidence   double precision,
    model        text,
    trade_id     text,
    trace_id     text,
    gate_epoch   bigint,
    gate_version bigint,
    UNIQUE (bot_id, decision_id)
);
CREATE INDEX decisions_by_bot ON decision_traces (bot_id, occurred_at, id);
CREATE INDEX decisions_by_trace ON decision_traces (bot_id, trace_id) WHERE trace_id IS NOT NULL;

-- A row is one or several equal neighbours; fold_key is what makes them equal.
CREATE TABLE no_trade_traces (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    bot_id      text        NOT NULL,
    no_trade_id text        NOT NULL,
    symbol      text,
    fold_key    text        NOT NULL,
    count       bigint      NOT NULL,
    first_at    timestamptz NOT NULL,
    last_at     timestamptz NOT NULL,
    trace_id    text
);
CREATE INDEX no_trades_newest ON no_trade_traces (bot_id, id);
CREATE INDEX no_trades_by_bot ON no_trade_traces (bot_id, last_at, id);
CREATE INDEX no_trades_by_time ON no_trade_traces (last_at);

CREATE TABLE no_trade_reasons (
    no_trade  bigint  NOT NULL,
    place     integer NOT NULL,
    code      text    NOT NULL,
    rule      text,
    threshold numeric,
    actual    numeric,
    detail    text,
    PRIMARY KEY (no_trade, place)
);

-- Every no-trade before folding: keeps ids unique, times exact and traces linked.
CREATE TABLE no_trade_ids (
    bot_id      text        NOT NULL,
    no_trade_id text        NOT NULL,
    no_trade    bigint      NOT NULL,
    occurred_at timestamptz NOT NULL,
    trace_id    text,
    PRIMARY KEY (bot_id, no_trade_id)
);
CREATE INDEX no_trade_ids_by_time ON no_trade_ids (bot_id, occurred_at, no_trade);
CREATE INDEX no_trade_ids_by_trace ON no_trade_ids (bot_id, trace_id) WHERE trace_id IS NOT NULL;
CREATE INDEX no_trade_ids_by_fold ON no_trade_ids (no_trade);

-- side is buy or sell. realised_at is set with pnl: the closing, or the opening of a trade that is not closed.
CREATE TABLE trade_log (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    bot_id      text        NOT NULL,
    trade_id    text        NOT NULL,
    symbol      text        NOT NULL,
    side        text        NOT NULL,
    quantity    numeric     NOT NULL,
    price       numeric     NOT NULL,
    pnl         numeric,
    opened_at   timestamptz NOT NULL,
    closed_at   timestamptz,
    realised_at timestamptz,
    decision_id text,
    trace_id    text,
    order_id    text,
    UNIQUE (bot_id, trade_id)
);
CREATE INDEX trades_by_bot ON trade_log (bot_id, opened_at, id);
CREATE INDEX trades_by_time ON trade_log (opened_at, bot_id);
CREATE INDEX trades_realised ON trade_log (realised_at, bot_id) WHERE realised_at IS NOT NULL;
CREATE INDEX trades_by_decision ON trade_log (bot_id, decision_id) WHERE decision_id IS NOT NULL;
CREATE INDEX trades_open ON trade_log (bot_id, symbol) WHERE closed_at IS NULL;
CREATE INDEX trades_by_symbol ON trade_log (bot_id, symbol, opened_at);

-- outcome is traded, no_signal, suppressed or error. ordinal counts a bot's cycles in the order in which they came.
CREATE TABLE bot_cycles (
    id            bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    bot_id        text        NOT NULL,
    cycle_id      text        NOT NULL,
    ordinal       bigint      NOT NULL,
    occurred_at   timestamptz NOT NULL,
    outcome       text        NOT NULL,
    signals       integer     NOT NULL,
    survived_risk integer     NOT NULL,
    sent          integer     NOT NULL,
    filled        integer     NOT NULL,
    trace_id      text,
    UNIQUE (bot_id, cycle_id)
);
CREATE INDEX cycles_by_bot ON bot_cycles (bot_id, occurred_at) INCLUDE (outcome, signals, survived_risk, sent, filled);
CREATE INDEX cycles_with_signal ON bot_cycles (bot_id, ordinal) WHERE signals > 0;
CREATE INDEX cycles_by_time ON bot_cycles (occurred_at);

-- One row a bot that has recorded anything, kept in the transactions of its traces.
CREATE TABLE bot_activity (
    bot_id           text   PRIMARY KEY,
    last_decision_at timestamptz,
    cycles           bigint NOT NULL DEFAULT 0,
    last_cycle_at    timestamptz,
    last_signal      bigint,
    last_signal_at   timestamptz,
    gaps             integer NOT NULL DEFAULT 0,
    gap_p95          bigint
) WITH (fillfactor = 70);

-- What the risk engine keeps. side, intent and status are words; drift: by how much a report differed from the recorded open trades.
CREATE TABLE checked_orders (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    bot_id      text        NOT NULL,
    order_id    text        NOT NULL,
    symbol      text        NOT NULL,
    side        text        NOT NULL,
    quantity    numeric     NOT NULL,
    price       numeric     NOT NULL,
    intent      text        NOT NULL,
    lease_epoch bigint      NOT NULL,
    granted_at  timestamptz NOT NULL,
    status      text        NOT NULL,
    filled      numeric     NOT NULL,
    ended_at    timestamptz,
    trace_id    text,
    UNIQUE (bot_id, order_id)
);
CREATE INDEX orders_by_bot ON checked_orders (bot_id, granted_at);
CREATE INDEX orders_open ON checked_orders (bot_id, symbol, side) WHERE status = 'open';

CREATE TABLE bot_positions (
    bot_id      text        NOT NULL,
    symbol      text        NOT NULL,
    quantity    numeric     NOT NULL,
    drift       numeric     NOT NULL,
    reported_at timestamptz NOT NULL,
    PRIMARY KEY (bot_id, symbol)
);

