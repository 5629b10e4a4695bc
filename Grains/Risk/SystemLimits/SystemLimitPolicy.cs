using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Risk.Losses;

namespace ControlPlane.Grains.Risk.SystemLimits;

/// <summary>What all bots together may do. Pure: the grain keeps and writes.</summary>
internal static class SystemLimitPolicy
{
    /// <summary>The loss of all bots whose loss is known, in the currency of the sums; at least 0. A bot whose loss is unknown opens nothing by its own limit.</summary>
    public static decimal? Loss(IEnumerable<BotActivity> bots, Currencies currencies)
    {
        decimal? sum = 0;
        foreach (var bot in bots)
        {
            if (currencies.Sum(bot.Realised, null) is { } known) sum = Amounts.Plus(sum, known);
            if (sum is null) return null;
        }

        return Math.Max(0, -sum.Value);
    }

    /// <summary>Every limit that the order breaks.</summary>
    /// <param name="others">What all other bots were admitted with.</param>
    /// <param name="admitted">Orders of the last minute; null when not known.</param>
    /// <param name="lossReached">True on a day on which the loss has reached its limit, whatever was won since.</param>
    public static ImmutableArray<OrderRefusal> Check(
        SystemRiskOptions limits, decimal gross, IEnumerable<decimal> others, int? admitted, decimal? loss, bool lossReached)
    {
        var refusals = ImmutableArray.CreateBuilder<OrderRefusal>();
        if (limits.MaxGrossNotional is { } most)
        {
            var sum = others.Aggregate((decimal?)gross, (total, part) => Amounts.Plus(total, part));
            if (!(sum <= most)) refusals.Add(new(NoTradeCodes.PositionLimit, SystemRiskOptions.GrossRule, most, sum, "All bots together would be above the limit."));
        }

        if (limits.MaxOrdersPerMinute is { } orders && !(admitted < orders))
        {
            refusals.Add(new(
                NoTradeCodes.RiskLimit, SystemRiskOptions.RateRule, orders, admitted is { } count ? count + 1 : null,
                admitted is null ? "The orders of the last minute are not known yet after a restart of this limit." : "All bots together have opened too many orders within a minute."));
        }

        if (limits.MaxDailyLoss is { } worst && (lossReached || !(loss < worst)))
        {
            refusals.Add(new(NoTradeCodes.RiskLimit, SystemRiskOptions.LossRule, worst, loss, "The day's loss of all bots together has reached the limit: nothing opens until the UTC day is over."));
        }

        return refusals.ToImmutable();
    }
}
