using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk.Symbols;

namespace ControlPlane.Grains.Risk;

/// <summary>What trades fill of an order. One is a trade of its symbol and side that names it as its order. The other is a closed trade of the other
/// side that names it as its closing order. A trade of another symbol or side fills nothing.</summary>
public static class OrderFilling
{
    /// <summary>Units of the order that these trades have filled; what exceeds the order counts with the trade alone.</summary>
    public static decimal Filled(GrantedOrder order, IEnumerable<LedgerTrade> trades, SymbolNames names)
    {
        Exact filled = 0;
        foreach (var trade in trades.Where(trade => names.Same(trade.Symbol, order.Symbol)))
        {
            if (trade.OrderId == order.OrderId && trade.Side == order.Side) filled += trade.Quantity;
            if (trade.CloseOrderId == order.OrderId && trade.ClosedAt is not null && trade.Side != order.Side) filled += trade.Quantity;
        }

        return filled >= order.Quantity ? order.Quantity : filled.ToDecimal()!.Value;
    }

    /// <summary>The order after its trades changed: wholly filled it has ended.</summary>
    public static GrantedOrder After(GrantedOrder order, decimal filled, DateTimeOffset at) => order with
    {
        Filled = filled,
        Status = order.Status == OrderStatus.Open && filled >= order.Quantity ? OrderStatus.Filled : order.Status,
        EndedAt = order.Status == OrderStatus.Open && filled >= order.Quantity ? at : order.EndedAt,
    };
}
