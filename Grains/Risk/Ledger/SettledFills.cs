using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Risk.Ledger;

/// <summary>Fills that the gateway saw before the moment of a statement are in a position that the ledger takes over from it. Counted beside it they
/// would count twice.</summary>
public static class SettledFills
{
    /// <returns>The orders that change.</returns>
    /// <param name="orders">Unsettled ones.</param>
    public static ImmutableArray<GrantedOrder> Take(IEnumerable<GrantedOrder> orders, BrokerStatement statement)
    {
        var settled = statement.Positions.Where(stated => stated.Kind == StatementKind.Settle).Select(stated => stated.Symbol).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. orders.Where(order => order is { Beyond: > 0, Passage: { SeenAt: { } seenAt } passage } && seenAt <= statement.AsOf
                    && passage.Seen > passage.Matched && settled.Contains(statement.Names.Canonical(order.Symbol)))
                .Select(order => order with { Passage = order.Passage! with { Matched = order.Passage.Seen } }),
        ];
    }
}
