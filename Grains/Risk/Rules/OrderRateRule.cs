using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Risk.Rules;

/// <summary>Orders within 60 seconds, this one included. Exits count and are not held back.</summary>
internal sealed class OrderRateRule : IRiskRule
{
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(60);

    public string Name => RiskLimitNames.MaxOrdersPerMinute;

    public bool HoldsForExits => false;

    public OrderRefusal? Check(RiskOrder order, ImmutableSortedDictionary<string, decimal> limits, RiskFacts facts)
    {
        var limit = limits.GetValueOrDefault(Name);
        var lately = facts.Recent.Count(o => o.Age < s_window) + 1;
        return lately <= limit ? null : new(NoTradeCodes.RiskLimit, Name, limit, lately, "Too many orders within a minute.");
    }
}
