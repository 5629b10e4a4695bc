using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Risk.Rules;

/// <summary>Largest quantity of one order.</summary>
internal sealed class OrderQuantityRule : IRiskRule
{
    public string Name => RiskLimitNames.MaxOrderQuantity;

    public bool HoldsForExits => false;

    public OrderRefusal? Check(RiskOrder order, ImmutableSortedDictionary<string, decimal> limits, RiskFacts facts)
    {
        var limit = limits.GetValueOrDefault(Name);
        return order.Quantity <= limit ? null : new(NoTradeCodes.RiskLimit, Name, limit, order.Quantity, "The order's quantity is above the limit.");
    }
}
