using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Risk.Rules;

/// <summary>Once the loss that was realised in this UTC day reaches the limit, nothing is opened until the day is over.
/// A loss that nobody knows is no loss of 0: nothing is opened either.</summary>
internal sealed class DailyLossRule : IRiskRule
{
    public string Name => RiskLimitNames.MaxDailyLoss;

    public bool HoldsForExits => false;

    public OrderRefusal? Check(RiskOrder order, ImmutableSortedDictionary<string, decimal> limits, RiskFacts facts)
    {
        var limit = limits.GetValueOrDefault(Name);
        if (facts.RealisedToday is not { } realised)
        {
            return new(NoTradeCodes.DataMissing, Name, limit, null, "The day's loss is not known: a trade was closed without pnl, or its currency has no rate. Tell the pnl of each closed trade.");
        }

        var loss = -realised;
        return loss <= 0 || loss < limit ? null : new(NoTradeCodes.RiskLimit, Name, limit, loss, "The day's loss has reached the limit.");
    }
}
