using System.Collections.Immutable;
using ControlPlane.Grains.Supervision;

namespace ControlPlane.Grains.Risk;

/// <summary>An order just beyond each size limit, which a working engine refuses for that very limit.</summary>
internal static class RiskCanary
{
    public static CycleOutcome Evaluate(ImmutableSortedDictionary<string, decimal> limits)
    {
        var quantity = limits.GetValueOrDefault(RiskLimitNames.MaxOrderQuantity);
        var notional = limits.GetValueOrDefault(RiskLimitNames.MaxOrderNotional);
        var tooMany = OrderSizePolicy.Check(limits, new RiskOrder("CANARY", quantity + 1, 0.01m));
        var tooDear = OrderSizePolicy.Check(limits, new RiskOrder("CANARY", 1, notional + 1));
        return tooMany.Any(r => r.Limit == RiskLimitNames.MaxOrderQuantity) && tooDear.Any(r => r.Limit == RiskLimitNames.MaxOrderNotional)
            ? new(true, "The canary order was refused, as it must be.")
            : new(false, "The canary order was let through: limits do not hold.");
    }
}
