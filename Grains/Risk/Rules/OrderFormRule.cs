using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Risk.Rules;

/// <summary>An order has a symbol, a quantity and a price above 0. A market order names the worst price that it accepts: without one nothing about
/// its size can be judged.</summary>
internal sealed class OrderFormRule : IRiskRule
{
    public string Name => "order_form";

    public bool HoldsForExits => true;

    public OrderRefusal? Check(RiskOrder order, ImmutableSortedDictionary<string, decimal> limits, RiskFacts facts)
    {
        if (order.Quantity <= 0) return new(NoTradeCodes.RiskLimit, Name, 0, order.Quantity, "The quantity must be above 0.");
        if (order.Price is null) return new(NoTradeCodes.DataMissing, Name, null, null, "The order needs a price; for a market order, the worst that it accepts.");
        if (order.Price <= 0) return new(NoTradeCodes.RiskLimit, Name, 0, order.Price, "The price must be above 0.");
        return order is { Side: OrderSide.Buy or OrderSide.Sell, Intent: OrderIntent.Open or OrderIntent.Reduce } && !string.IsNullOrWhiteSpace(order.Symbol)
            ? null
            : new(NoTradeCodes.DataMissing, Name, null, null, "The order needs a symbol, a side and an intent.");
    }
}
