using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;
using ControlPlane.Silo.Storage.Seals.Ledger;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control.Traces;

/// <summary>A row of <c>trade_log</c>.</summary>
internal sealed class TradeRow : SealedRow
{
    /// <summary>What lists show.</summary>
    public static readonly ColumnList Columns = new(TradeColumns.Columns);

    public static readonly ColumnList All = new(TradeColumns.Columns + ", realised_at, received_at, settled_at, symbol_key, " + SealedRow.MacColumns);

    private static readonly ColumnList s_changed = new(
        "quantity, price, multiplier, close_order_id, pnl, closed_at, decision_id, trace_id, order_id, currency, rate, realised_at, settled_at, version, mac");

    public static string Insert { get; } = $"INSERT INTO trade_log ({All.Names}) VALUES ({All.Values})";

    public static string Update { get; } = $"UPDATE trade_log SET {s_changed.Assignments} WHERE bot_id = @BotId AND trade_id = @TradeId";

    public override string Table => "trade_log";
    public override string RowKey => TradeId;
    public string TradeId { get; init; } = "";
    public string Symbol { get; init; } = "";
    public string? SymbolKey { get; private set; }
    public string Side { get; init; } = "";
    public Amount Quantity { get; init; }
    public Amount Price { get; init; }
    public Amount? Pnl { get; init; }
    public Instant OpenedAt { get; init; }
    public Instant? ClosedAt { get; init; }
    public Instant? RealisedAt { get; private set; }
    public Instant? ReceivedAt { get; private set; }
    public Instant? SettledAt { get; private set; }
    public string? DecisionId { get; init; }
    public string? TraceId { get; init; }
    public string? OrderId { get; init; }
    public string? Currency { get; init; }
    public bool History { get; init; }
    public string? CloseOrderId { get; init; }
    public Amount Multiplier { get; init; }
    public Amount? Rate { get; init; }

    public static TradeRow Of(string botId, TradeTrace trade, DateTimeOffset? realised, DateTimeOffset? settled, string symbolKey) => new()
    {
        BotId = botId,
        TradeId = trade.TradeId,
        Symbol = trade.Symbol,
        SymbolKey = symbolKey,
        Side = TradeColumns.SideName(trade.Side),
        Quantity = trade.Quantity,
        Price = trade.Price,
        Pnl = trade.Pnl,
        OpenedAt = trade.OpenedAt,
        ClosedAt = trade.ClosedAt,
        RealisedAt = realised,
        ReceivedAt = trade.ReceivedAt,
        SettledAt = settled,
        DecisionId = trade.DecisionId,
        TraceId = trade.TraceId,
        OrderId = trade.OrderId,
        Currency = trade.Currency,
        History = trade.History,
        CloseOrderId = trade.CloseOrderId,
        Multiplier = trade.Multiplier,
        Rate = trade.Rate,
    };

    public TradeTrace Trade() => new(
        TradeId, Symbol, TradeColumns.Side(Side), Quantity, Price, Pnl, OpenedAt, ClosedAt, DecisionId, TraceId, OrderId, Currency, History,
        CloseOrderId: CloseOrderId, Multiplier: Multiplier, Rate: Rate);

    public LedgerTrade LedgerTrade() => new(TradeId, Symbol, TradeColumns.Side(Side), Quantity, Price, Multiplier, OpenedAt, ClosedAt, OrderId, CloseOrderId);

    /// <summary>The next state of a row: what was told of its times stays.</summary>
    public TradeRow After(TradeRow before)
    {
        (RealisedAt, SettledAt, ReceivedAt, SymbolKey) = (RealisedAt ?? before.RealisedAt, before.SettledAt ?? SettledAt, before.ReceivedAt, before.SymbolKey);
        return this;
    }

    public override void Write(SealContent content) => content
        .Add(Symbol).Add(Side).Add(Quantity).Add(Price).Add(Pnl).Add(OpenedAt)
        .Add(ClosedAt).Add(DecisionId).Add(TraceId).Add(OrderId).Add(Currency).Add(History)
        .Add(CloseOrderId).Add(Multiplier).Add(Rate).Add(RealisedAt).Add(ReceivedAt).Add(SettledAt)
        .Add(SymbolKey);
}
