using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Risk.Rules;

/// <summary>Largest value of one order: quantity times multiplier times the order's price, or the last known trade's where that is further from 0.</summary>
internal sealed class OrderNotionalRule : IRiskRule
{
    public string Name => RiskLimitNames.MaxOrderNotional;

    public bool HoldsForExits => false;

    public OrderRefusal? Check(RiskOrder order, ImmutableSortedDictionary<string, decimal> limits, RiskFacts facts)
    {
        var limit = limits.GetValueOrDefault(Name);
        var notional = facts.Worth(order) * order.Quantity;
        return notional is { } value && value <= limit ? null : new(NoTradeCodes.RiskLimit, Name, limit, notional?.ToDecimal(), "The order's value is above the limit.");
    }
}
