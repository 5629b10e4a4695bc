using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Risk.Rules;

/// <summary>The same order again within some seconds, 0 for never. Here the larger value is the tighter one.</summary>
internal sealed class DuplicateOrderRule : IRiskRule
{
    public string Name => RiskLimitNames.DuplicateOrderSeconds;

    public bool HoldsForExits => false;

    public OrderRefusal? Check(RiskOrder order, ImmutableSortedDictionary<string, decimal> limits, RiskFacts facts)
    {
        // A window that is not set refuses as the widest would.
        var window = limits.TryGetValue(Name, out var seconds) ? seconds : decimal.MaxValue;
        var last = facts.Recent.Where(o => Same(o, order)).Select(o => (TimeSpan?)o.Age).Min();
        if (last is not { } age) return null;
        var ago = (decimal)age.TotalSeconds;
        return ago >= window ? null : new(NoTradeCodes.RiskLimit, Name, window, decimal.Round(ago, 3), "The same order was granted a moment ago.");
    }

    private static bool Same(RecentOrder known, RiskOrder order) =>
        known.Symbol == order.Symbol && known.Side == order.Side && known.Quantity == order.Quantity && known.Price == order.Price && known.Intent == order.Intent;
}
