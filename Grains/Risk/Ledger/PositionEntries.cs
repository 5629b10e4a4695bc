using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk.Symbols;

namespace ControlPlane.Grains.Risk.Ledger;

/// <summary>How what was told of a position changes with a statement and with trades. Both stores call these within their transactions.</summary>
public static class PositionEntries
{
    /// <summary>One entry of the rows of a symbol: rows from before an alias was declared add up.</summary>
    public static PositionEntry Merge(string symbol, IEnumerable<PositionEntry> entries, SymbolNames names)
    {
        var own = entries.Where(entry => names.Canonical(entry.Symbol) == symbol).ToArray();
        if (own.Length == 0) return new PositionEntry(symbol);
        return own.MaxBy(entry => entry.AsOf ?? DateTimeOffset.MinValue)! with
        {
            Symbol = symbol,
            Offset = Sum(0, own.Select(entry => entry.Offset)),
            Peak = own.Max(entry => entry.Peak),
            Aside = Sum(0, own.Select(entry => entry.Aside)),
        };
    }

    /// <summary>The entry after a statement. One of an older moment than the last changes nothing.</summary>
    /// <param name="trades">Trades of the bot that are open, or were closed after the statement's moment.</param>
    public static PositionEntry State(PositionEntry entry, StatedPosition stated, BrokerStatement statement, IEnumerable<LedgerTrade> trades)
    {
        if (entry.AsOf > statement.AsOf) return entry;
        var own = trades.Where(trade => statement.Names.Canonical(trade.Symbol) == stated.Symbol).ToArray();
        if (stated.Kind == StatementKind.SetAside) return entry with { Aside = stated.Quantity };
        var quantity = stated.Quantity - entry.Aside;
        var drift = Sum(quantity, own.Select(trade => -Held(trade, statement.AsOf)));
        var held = Sum(entry.Offset, own.Where(trade => trade.ClosedAt is null).Select(trade => trade.SignedUnits));
        var peak = Math.Max(Math.Max(entry.Peak, Math.Abs(held)), Math.Abs(quantity));
        var settles = stated.Kind == StatementKind.Settle || (quantity == 0 && Within(drift - entry.Offset, peak, statement.TolerancePercent));
        return entry with
        {
            Reported = quantity,
            AsOf = statement.AsOf,
            AsOfReported = statement.At,
            Drift = drift,
            Offset = settles ? drift : entry.Offset,
            OffsetAt = settles ? statement.AsOf : entry.OffsetAt,
            OffsetReported = settles ? statement.At : entry.OffsetReported,
            Peak = settles && quantity == 0 ? 0 : peak,
        };
    }

    /// <summary>The entry after a trade changed. A statement has seen what lies before its moment, whenever that is recorded. What a trade grew by, whose
    /// order still worked when the statement was told, was filled after it.</summary>
    /// <param name="orderEnded">When the trade's order had ended before this change; null when it still worked, or is not known.</param>
    /// <param name="net">Signed units of the open trades of the symbol after the change.</param>
    public static PositionEntry Move(PositionEntry entry, LedgerTrade? before, LedgerTrade after, decimal net, DateTimeOffset? orderEnded = null)
    {
        decimal Seen(DateTimeOffset? asOf, DateTimeOffset? told)
        {
            if (asOf is not { } moment) return 0;
            if (before is null) return Held(after, moment);
            var then = orderEnded <= told ? after : after with { Quantity = before.Quantity };
            return Held(then, moment) - Held(before, moment);
        }

        var offset = entry.Offset - Seen(entry.OffsetAt, entry.OffsetReported);
        var held = Math.Abs(net + offset);
        return entry with { Drift = entry.Drift - Seen(entry.AsOf, entry.AsOfReported), Offset = offset, Peak = held == 0 ? 0 : Math.Max(entry.Peak, held) };
    }

    /// <summary>The entry after trades told of fills that the gateway had matched against the other side. What is told of one side alone is taken
    /// back from the ledger until the other is told. Of orders from before a settlement the settled position has counted the fills already.</summary>
    /// <param name="after">Orders of the entry's symbol that trades now tell more of.</param>
    /// <param name="before">The same by id, as they were.</param>
    public static PositionEntry Pair(PositionEntry entry, IEnumerable<GrantedOrder> after, IReadOnlyDictionary<string, GrantedOrder> before) => entry with
    {
        Offset = Sum(entry.Offset, after.Where(o => entry.OffsetAt is not { } settled || o.GrantedAt > settled)
            .Select(o => (o.Unpaired - before[o.OrderId].Unpaired) * (o.Side == OrderSide.Buy ? 1 : -1))),
    };

    /// <summary>A difference that is no contradiction.</summary>
    public static bool Within(decimal difference, decimal peak, decimal percent) => ((Exact)difference).Abs() * 100 <= (Exact)peak * percent;

    /// <summary>Signed units of a trade that were held at a moment.</summary>
    private static decimal Held(LedgerTrade trade, DateTimeOffset at) => trade.OpenedAt <= at && !(trade.ClosedAt <= at) ? trade.SignedUnits : 0;

    private static decimal Sum(decimal first, IEnumerable<decimal> rest) => rest.Aggregate(first, (sum, next) => sum + next);
}
