using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control.Traces;

/// <summary>A row of <c>trade_log</c>.</summary>
internal sealed class TradeRow : PageRow
{
    /// <summary>What reads take.</summary>
    public static readonly ColumnList Columns = new(TradeColumns.Columns);

    public static readonly ColumnList LedgerColumns = new(OrderColumns.LedgerTradeColumns);

    private static readonly ColumnList s_inserted = new(TradeColumns.Columns + ", realised_at, received_at, settled_at, symbol_key, bot_id");

    private static readonly ColumnList s_changed = new("quantity, price, multiplier, close_order_id, pnl, closed_at, decision_id, trace_id, order_id, currency, rate");

    public static string Insert { get; } = $"INSERT INTO trade_log ({s_inserted.Names}) VALUES ({s_inserted.Values})";

    public static string Update { get; } =
        $"UPDATE trade_log SET {s_changed.Assignments}, realised_at = COALESCE(@RealisedAt, realised_at), settled_at = COALESCE(settled_at, @SettledAt) " +
        "WHERE bot_id = @BotId AND trade_id = @TradeId";

    public string BotId { get; init; } = "";
    public string TradeId { get; init; } = "";
    public string Symbol { get; init; } = "";
    public string? SymbolKey { get; init; }
    public string Side { get; init; } = "";
    public Amount Quantity { get; init; }
    public Amount Price { get; init; }
    public Amount? Pnl { get; init; }
    public Instant OpenedAt { get; init; }
    public Instant? ClosedAt { get; init; }
    public Instant? RealisedAt { get; init; }
    public Instant? ReceivedAt { get; init; }
    public Instant? SettledAt { get; init; }
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
}
