using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Risk.Rules;

/// <summary>Largest distance of the price from the last known trade, in percent. Without one a LIVE order that opens is refused; on paper, where the
/// first trade of a symbol sets the mark, and for exits, there is then no collar.</summary>
internal sealed class PriceCollarRule : IRiskRule
{
    public string Name => RiskLimitNames.PriceCollarPercent;

    public bool HoldsForExits => true;

    public OrderRefusal? Check(RiskOrder order, ImmutableSortedDictionary<string, decimal> limits, RiskFacts facts)
    {
        var limit = limits.GetValueOrDefault(Name);
        if (facts.Mark is not { } mark)
        {
            return facts.Live && order.Intent == OrderIntent.Open
                ? new(NoTradeCodes.DataStale, Name, limit, null, "No fresh trade in this symbol is known, which LIVE needs. Report the market's last trade.")
                : null;
        }

        var distance = Amounts.Times(mark == 0 || order.Price is not { } price ? null : Quotient(Math.Abs(price - mark), mark), 100);
        return distance <= limit ? null : new(NoTradeCodes.RiskLimit, Name, limit, distance, "The price is too far from the last known trade.");
    }

    private static decimal? Quotient(decimal dividend, decimal divisor)
    {
        try
        {
            return dividend / divisor;
        }
        catch (OverflowException)
        {
            return null;
        }
    }
}
