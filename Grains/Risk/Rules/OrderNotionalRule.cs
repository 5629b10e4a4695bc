using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Risk.Rules;

/// <summary>Largest value of one order: quantity times the order's price, or the last known trade's where that is higher.</summary>
internal sealed class OrderNotionalRule : IRiskRule
{
    public string Name => RiskLimitNames.MaxOrderNotional;

    public bool HoldsForExits => false;

    public OrderRefusal? Check(RiskOrder order, ImmutableSortedDictionary<string, decimal> limits, RiskFacts facts)
    {
        var limit = limits.GetValueOrDefault(Name);
        var notional = Amounts.Times(order.Quantity, Worth(order, facts));
        return notional <= limit ? null : new(NoTradeCodes.RiskLimit, Name, limit, notional, "The order's value is above the limit.");
    }

    /// <summary>What one unit is worth, in doubt the more.</summary>
    public static decimal? Worth(RiskOrder order, RiskFacts facts) => facts.Mark > order.Price ? facts.Mark : order.Price;
}
