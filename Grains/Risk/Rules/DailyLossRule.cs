using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Risk.Rules;

/// <summary>Once the loss that was realised in this UTC day reaches the limit, nothing is opened until the day is over.</summary>
internal sealed class DailyLossRule : IRiskRule
{
    public string Name => RiskLimitNames.MaxDailyLoss;

    public bool HoldsForExits => false;

    public OrderRefusal? Check(RiskOrder order, ImmutableSortedDictionary<string, decimal> limits, RiskFacts facts)
    {
        var limit = limits.GetValueOrDefault(Name);
        var loss = -facts.RealisedToday;
        return loss <= 0 || loss < limit ? null : new(NoTradeCodes.RiskLimit, Name, limit, loss, "The day's loss has reached the limit.");
    }
}
