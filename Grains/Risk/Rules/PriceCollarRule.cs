using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Risk.Rules;

/// <summary>Largest distance of an opening order's price from the last known trade, in percent of that trade. Without one a LIVE order is refused; on paper,
/// where the first trade of a symbol sets the mark, there is then no collar. An exit has none: a market that falls must not hold a bot in.</summary>
internal sealed class PriceCollarRule : IRiskRule
{
    public string Name => RiskLimitNames.PriceCollarPercent;

    public bool HoldsForExits => false;

    public OrderRefusal? Check(RiskOrder order, ImmutableSortedDictionary<string, decimal> limits, RiskFacts facts)
    {
        var limit = limits.GetValueOrDefault(Name);
        if (facts.Mark is not { } mark)
        {
            return facts.Live
                ? new(NoTradeCodes.DataStale, Name, limit, null, "No fresh trade in this symbol is known, which LIVE needs. Report the market's last trade.")
                : null;
        }

        var near = order.Price is { } price && (((Exact)price - mark).Abs() * 100) <= ((Exact)mark).Abs() * limit;
        return near ? null : new(NoTradeCodes.RiskLimit, Name, limit, Distance(order.Price, mark), "The price is too far from the last known trade.");
    }

    /// <summary>For display; null when it can't be counted.</summary>
    private static decimal? Distance(decimal? price, decimal mark)
    {
        try
        {
            return mark == 0 ? null : Math.Abs((price - mark) ?? 0) / Math.Abs(mark) * 100;
        }
        catch (OverflowException)
        {
            return null;
        }
    }
}
