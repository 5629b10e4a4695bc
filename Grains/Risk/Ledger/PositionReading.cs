using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Risk.Ledger;

/// <summary>The last report of a position, moved on by what came after it and held against the ledger. It may or may not have seen an order that was
/// told filled about its moment, and working orders may be filled in part. The position lies between two bounds.</summary>
/// <param name="Lowest">The least that the report makes of the position now.</param>
/// <param name="Agrees">False when orders that were unsettled at its moment, and the tolerance, explain less than the difference.</param>
/// <param name="Beyond">The part of the difference that the tolerance alone explains: above 0 the report has more than the ledger may hold.</param>
internal readonly record struct PositionReading(Exact Lowest, Exact Highest, bool Agrees, Exact Beyond)
{
    /// <summary>How far the clock of whoever reports may be from the one that orders are granted by: within it nobody knows which came first.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(5);

    /// <param name="twiceBought">Units of orders told filled that the settlement may have seen too.</param>
    public static PositionReading Of(
        Exact trades, Exact held, ImmutableArray<LedgerOrder> orders, PositionEntry entry, DateTimeOffset asOf, decimal tolerancePercent, Exact twiceBought, Exact twiceSold)
    {
        var filled = orders.Where(order => order.Fate == OrderFate.Filled).ToArray();
        var after = SymbolLedger.Sum(filled.Where(order => order.GrantedAt > asOf + ClockSkew).Select(order => order.Signed));

        // Reported filled after the report, granted before it: the report may have seen it or not.
        var (buys, sells) = Sides(filled.Where(order => order.GrantedAt <= asOf + ClockSkew && order.EndedAt > asOf - ClockSkew));
        var seenFilled = SymbolLedger.Sum(filled.Where(order => order.GrantedAt <= asOf + ClockSkew && !(order.EndedAt > asOf - ClockSkew)).Select(order => order.Signed));
        var (mayBuy, maySell) = Sides(orders.Where(order => order.Fate != OrderFate.Filled && order.GrantedAt <= asOf + ClockSkew));

        // What the report has seen beyond trades, settlements and orders that had surely been filled.
        var seen = (Exact)entry.Drift - entry.Offset - seenFilled;
        var explained = seen.Clamp(-(sells + maySell + twiceBought), buys + mayBuy + twiceSold);
        var beyond = seen - explained;
        var peak = Exact.Max(Exact.Max(entry.Peak, held.Abs()), ((Exact)(entry.Reported ?? 0)).Abs());

        // Of the orders that it may have seen filled, the most and the least that it can have seen.
        var moved = trades + entry.Drift + after + buys - sells;
        var (most, least) = ((seen + maySell + twiceBought).Clamp(-sells, buys), (seen - mayBuy - twiceSold).Clamp(-sells, buys));
        return new(moved - most, moved - least, beyond.Abs() * 100 <= peak * tolerancePercent, beyond);
    }

    public static (Exact Buys, Exact Sells) Sides(IEnumerable<LedgerOrder> orders)
    {
        var all = orders.ToArray();
        return (Side(all, OrderSide.Buy), Side(all, OrderSide.Sell));
    }

    private static Exact Side(LedgerOrder[] orders, OrderSide side) =>
        SymbolLedger.Sum(orders.Where(order => order.Side == side).Select(order => order.Left));
}
