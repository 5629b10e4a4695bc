using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Risk.Ledger;

/// <summary>The last report of a position, moved on by what came after it and held against the ledger.</summary>
/// <param name="Position">What the report makes of the position now.</param>
/// <param name="Agrees">False when orders that were unsettled at its moment, and the tolerance, explain less than the difference.</param>
/// <param name="Beyond">The part of the difference that the tolerance alone explains: above 0 the report has more than the ledger may hold.</param>
internal readonly record struct PositionReading(Exact Position, bool Agrees, Exact Beyond)
{
    public static PositionReading Of(Exact trades, Exact held, ImmutableArray<LedgerOrder> orders, PositionEntry entry, DateTimeOffset asOf, decimal tolerancePercent)
    {
        var filled = orders.Where(order => order.Fate == OrderFate.Filled).ToArray();
        var after = SymbolLedger.Sum(filled.Where(order => order.GrantedAt > asOf).Select(order => order.Signed));

        // Reported filled after the report, granted before it: the report may have seen it or not.
        var (buys, sells) = Sides(filled.Where(order => order.GrantedAt <= asOf && order.EndedAt > asOf));
        var seenFilled = SymbolLedger.Sum(filled.Where(order => order.GrantedAt <= asOf && !(order.EndedAt > asOf)).Select(order => order.Signed));
        var (mayBuy, maySell) = Sides(orders.Where(order => order.Fate != OrderFate.Filled && order.GrantedAt <= asOf));

        // What the report has seen beyond trades, settlements and orders that had surely been filled.
        var seen = (Exact)entry.Drift - entry.Offset - seenFilled;
        var explained = seen.Clamp(-(sells + maySell), buys + mayBuy);
        var beyond = seen - explained;
        var unseen = buys - seen.Clamp(Exact.Zero, buys) - (sells - (-seen).Clamp(Exact.Zero, sells));
        var peak = Exact.Max(Exact.Max(entry.Peak, held.Abs()), ((Exact)(entry.Reported ?? 0)).Abs());
        return new(trades + entry.Drift + after + unseen, beyond.Abs() * 100 <= peak * tolerancePercent, beyond);
    }

    private static (Exact Buys, Exact Sells) Sides(IEnumerable<LedgerOrder> orders)
    {
        var all = orders.ToArray();
        return (Side(all, OrderSide.Buy), Side(all, OrderSide.Sell));
    }

    private static Exact Side(LedgerOrder[] orders, OrderSide side) =>
        SymbolLedger.Sum(orders.Where(order => order.Side == side).Select(order => order.Left));
}
