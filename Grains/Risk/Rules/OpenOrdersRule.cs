using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Risk.Rules;

/// <summary>Orders that may be open at once, this one included.</summary>
internal sealed class OpenOrdersRule : IRiskRule
{
    public string Name => RiskLimitNames.MaxOpenOrders;

    public bool HoldsForExits => false;

    public OrderRefusal? Check(RiskOrder order, ImmutableSortedDictionary<string, decimal> limits, RiskFacts facts)
    {
        var limit = limits.GetValueOrDefault(Name);
        var open = facts.Recent.Count(o => o.Open) + 1;
        return open <= limit ? null : new(NoTradeCodes.RiskLimit, Name, limit, open, "Too many orders are open. Report those that have ended.");
    }
}
