using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk.Symbols;

namespace ControlPlane.Grains.Risk;

/// <summary>Which order a trade's report names: the closing of a trade may name its exit where the opening order belongs.</summary>
public static class OrderNaming
{
    public static TradeTrace Resolve(TradeTrace report, GrantedOrder? named, SymbolNames names) =>
        report is { ClosedAt: not null, CloseOrderId: null } && named is not null && named.Side != report.Side && names.Same(named.Symbol, report.Symbol)
            ? report with { OrderId = null, CloseOrderId = named.OrderId }
            : report;

    /// <summary>Whether a trade fills an exit and closes no trade.</summary>
    /// <param name="named">The order that it names.</param>
    public static bool Leaves(TradeTrace trade, GrantedOrder? named) =>
        trade.OrderId is not null && named is { Intent: OrderIntent.Reduce } && trade.OrderId == named.OrderId && trade.Side == named.Side;

    public static LedgerTrade ToLedger(TradeTrace trade) => new(
        trade.TradeId, trade.Symbol, trade.Side, trade.Quantity, trade.Price, trade.Multiplier, trade.OpenedAt, trade.ClosedAt, trade.OrderId, trade.CloseOrderId);
}
