using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Risk.Rules;

/// <summary>An order has a symbol and a quantity above 0. One that opens also has a price, for a market order the worst that it accepts: without one
/// nothing about its size can be evaluated. Prices may be negative, as oil's and spreads' were; 0 says nothing about a size.</summary>
internal sealed class OrderFormRule : IRiskRule
{
    public string Name => "order_form";

    public bool HoldsForExits => true;

    public OrderRefusal? Check(RiskOrder order, ImmutableSortedDictionary<string, decimal> limits, RiskFacts facts)
    {
        if (order.Quantity <= 0) return new(NoTradeCodes.RiskLimit, Name, 0, order.Quantity, "The quantity must be above 0.");
        if (order.Multiplier <= 0) return new(NoTradeCodes.RiskLimit, Name, 0, order.Multiplier, "The multiplier must be above 0.");
        if (order is not { Side: OrderSide.Buy or OrderSide.Sell, Intent: OrderIntent.Open or OrderIntent.Reduce } || string.IsNullOrWhiteSpace(order.Symbol))
            return new(NoTradeCodes.DataMissing, Name, null, null, "The order needs a symbol, a side and an intent.");
        if (order.Intent == OrderIntent.Reduce) return null;
        if (order.Price is null) return new(NoTradeCodes.DataMissing, Name, null, null, "The order needs a price; for a market order, the worst that it accepts.");
        return order.Price == 0 ? new(NoTradeCodes.RiskLimit, Name, null, order.Price, "A price of 0 says nothing about the order's size.") : null;
    }
}
