using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk.Symbols;

namespace ControlPlane.Grains.Risk.Ledger;

/// <summary>What recorded trades change in orders and positions, worked out for either store.</summary>
public static class LedgerChanges
{
    /// <summary>Orders that the trades name or named.</summary>
    public static IEnumerable<string> Orders(IReadOnlyList<(TradeTrace? Before, TradeTrace After)> changes) =>
        changes.SelectMany(c => new[] { c.Before?.OrderId, c.Before?.CloseOrderId, c.After.OrderId, c.After.CloseOrderId }).OfType<string>().Distinct(StringComparer.Ordinal);

    /// <summary>When the last of the trades that name an order was made.</summary>
    public static DateTimeOffset At(IReadOnlyList<(TradeTrace? Before, TradeTrace After)> changes, string orderId) => changes
        .Where(c => c.After.OrderId == orderId || c.After.CloseOrderId == orderId)
        .Select(c => c.After.CloseOrderId == orderId ? c.After.ClosedAt ?? c.After.OpenedAt : c.After.OpenedAt)
        .DefaultIfEmpty(DateTimeOffset.MinValue).Max();

    /// <summary>The entries that the trades move, each with the symbols of the rows that it replaces.</summary>
    /// <param name="orders">Orders that the trades name, as they were before the changes.</param>
    /// <param name="filled">The same orders after the changes.</param>
    /// <param name="open">Open trades of the bot after all changes.</param>
    public static IEnumerable<(PositionEntry Entry, ImmutableArray<string> Merged)> Entries(
        IReadOnlyList<(TradeTrace? Before, TradeTrace After)> changes, ImmutableArray<PositionEntry> entries, ImmutableArray<LedgerTrade> open, IReadOnlyDictionary<string, GrantedOrder> orders,
        IReadOnlyList<GrantedOrder> filled, SymbolNames names)
    {
        foreach (var group in changes.GroupBy(c => names.Canonical(c.After.Symbol), StringComparer.Ordinal))
        {
            var own = entries.Where(e => names.Canonical(e.Symbol) == group.Key).ToArray();
            var entry = PositionEntries.Pair(PositionEntries.Merge(group.Key, own, names), filled.Where(o => names.Canonical(o.Symbol) == group.Key), orders);

            // From what was held before these changes, one after the other: the peak is that of every step.
            var net = open.Where(t => names.Canonical(t.Symbol) == group.Key).Aggregate(0m, (sum, t) => sum + t.SignedUnits) - group.Sum(Change);
            foreach (var change in group)
            {
                net += Change(change);
                var order = change.After.OrderId is { } orderId ? orders.GetValueOrDefault(orderId) : null;
                entry = PositionEntries.Move(entry, change.Before is { } before ? OrderNaming.ToLedger(before) : null, OrderNaming.ToLedger(change.After), net, order?.EndedAt);
            }

            yield return (entry, [.. own.Select(e => e.Symbol)]);
        }
    }

    private static decimal Change((TradeTrace? Before, TradeTrace After) change) => Held(change.After) - (change.Before is { } before ? Held(before) : 0);

    private static decimal Held(TradeTrace trade) => trade.ClosedAt is not null ? 0 : trade.Side == OrderSide.Buy ? trade.Quantity : -trade.Quantity;
}
