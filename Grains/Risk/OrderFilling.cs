using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Risk;

/// <summary>Which checked order a recorded trade fills. A trade that opens fills an order on its side, one that is closed an order on the other.
/// The order that the report names comes first; without a name it is the oldest open one of the symbol, side and quantity.</summary>
public static class OrderFilling
{
    public static IEnumerable<OrderFill> Of(TradeTrace? known, TradeTrace report)
    {
        var opens = known is null;
        var closes = report.ClosedAt is not null && known?.ClosedAt is null;
        if (opens) yield return new(report.OrderId, report.Symbol, report.Side, report.Quantity);

        // Only the report of the closing alone can name the order that closed it.
        var other = report.Side == OrderSide.Buy ? OrderSide.Sell : OrderSide.Buy;
        if (closes) yield return new(opens || report.OrderId == known?.OrderId ? null : report.OrderId, report.Symbol, other, report.Quantity);
    }

    /// <summary>The status of an order of which so much is filled.</summary>
    public static string Status(decimal quantity, decimal filled) => filled >= quantity ? OrderStatus.Filled : OrderStatus.Open;
}

/// <summary>Units that were filled.</summary>
public sealed record OrderFill(string? OrderId, string Symbol, OrderSide Side, decimal Quantity);
