using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Risk.Losses;

/// <summary>What trades of one currency realised.</summary>
/// <param name="Currency">Null for trades that name none: the bot's own. <see cref="OfSums"/> for trades with a rate of their own.</param>
/// <param name="Pnl">Of the trades that tell it.</param>
/// <param name="Unknown">How many were closed and tell none.</param>
public readonly record struct RealisedPart(string? Currency, decimal Pnl, long Unknown)
{
    /// <summary>Stands for the currency of the sums, into which a trade's own rate converts. No currency has such a name.</summary>
    public const string OfSums = "=";
}

/// <summary>When a realised trade counts.</summary>
public static class RealisedAt
{
    /// <summary>At its closing, as long as that is as old as clocks may differ or of the day of its receipt. Else at its receipt: nobody moves a loss
    /// into another day by what he tells. What is realised without a closing counts at its receipt too.</summary>
    public static DateTimeOffset Of(DateTimeOffset? closedAt, DateTimeOffset receivedAt, TimeSpan tolerance) =>
        closedAt is { } closed && closed <= receivedAt && (receivedAt - closed <= tolerance || closed.UtcDateTime.Date == receivedAt.UtcDateTime.Date) ? closed : receivedAt;

    /// <summary>The instant to write with a trade: null as long as it has realised nothing, and for history, which counts nowhere.</summary>
    /// <param name="before">The trade as it was; null for a new one.</param>
    /// <param name="leaves">It fills an exit and closes no trade: something was realised, and nobody told how much.</param>
    /// <returns>Null also when the change realises nothing new: what is written stays.</returns>
    public static DateTimeOffset? ForWrite(TradeTrace? before, TradeTrace trade, TradeTrace report, bool leaves = false)
    {
        if (trade.History || (trade.Pnl is null && trade.ClosedAt is null && !leaves)) return null;
        if (before is not null && before.Pnl == trade.Pnl && before.ClosedAt == trade.ClosedAt) return null;
        return report.CountsAt ?? trade.ClosedAt ?? trade.OpenedAt;
    }
}
