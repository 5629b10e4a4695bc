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
        var open = facts.Recent.Where(o => o.Open).Select(o => o.OrderId).ToImmutableArray();
        return open.Length + 1 <= limit
            ? null
            : new(NoTradeCodes.RiskLimit, Name, limit, open.Length + 1, "Too many orders are open. Report those that have ended.") { OrderIds = open };
    }
}
