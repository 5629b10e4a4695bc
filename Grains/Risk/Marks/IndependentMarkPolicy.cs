using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Risk.Marks;

/// <summary>Holds opening orders to marks that their own bot can't make: trades of other bots that fill orders granted to them. A bot's own mark is
/// looked at besides, and so can tighten and never loosen. One other bot's mark is enough to pass: a single one that reports nonsense
/// holds nobody where there is a second.</summary>
internal static class IndependentMarkPolicy
{
    public const string Rule = "independent_mark";

    /// <param name="marks">The newest fresh price of each other bot in the order's symbol.</param>
    /// <param name="percent">Largest distance, in percent.</param>
    /// <param name="live">True when real money is at stake: an opening order then needs such a mark.</param>
    public static OrderRefusal? Check(OrderCheck order, ImmutableArray<decimal> marks, decimal percent, bool live)
    {
        if (order.Intent != OrderIntent.Open) return null;
        if (marks.IsEmpty)
        {
            return live ? new(NoTradeCodes.DataStale, Rule, percent, null, "No price of this symbol is known but from this bot itself, which is not enough for LIVE: another bot must have traded it lately.") : null;
        }

        var nearest = marks.Select(mark => Distance(order.Price, mark)).Min();
        return nearest <= percent ? null : new(NoTradeCodes.RiskLimit, Rule, percent, nearest, "The price is too far from what other bots traded at.");
    }

    private static decimal? Distance(decimal? price, decimal mark)
    {
        if (price is not { } told || mark == 0) return decimal.MaxValue;
        try
        {
            return Math.Abs((told - mark) / mark) * 100;
        }
        catch (OverflowException)
        {
            return decimal.MaxValue;
        }
    }
}
