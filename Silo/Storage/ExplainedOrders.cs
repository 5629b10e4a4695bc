using System.Collections.Immutable;
using ControlPlane.Grains.Autonomy.Policy;
using ControlPlane.Grains.Risk.Symbols;

namespace ControlPlane.Silo.Storage;

/// <summary>A filled order, and the symbol of a trade on its side that names it and a recorded decision; null without one.</summary>
internal readonly record struct FilledOrder(string OrderId, DateTimeOffset At, string Symbol, string? ExplainedBy);

/// <summary>Acts of a bot from what a store has read: a trade of another symbol explains no order.</summary>
internal static class ExplainedOrders
{
    /// <param name="filled">One row for each order and explaining trade.</param>
    /// <param name="refused">Orders beyond the bot's limits, which are never good.</param>
    /// <param name="newest">How many acts count at most.</param>
    public static ImmutableArray<EvidenceBucket> ByHour(IEnumerable<FilledOrder> filled, IEnumerable<DateTimeOffset> refused, SymbolNames names, int newest) =>
    [
        .. filled.GroupBy(o => o.OrderId, StringComparer.Ordinal)
            .Select(g => (g.First().At, Good: g.Any(o => o.ExplainedBy is { } symbol && names.Same(symbol, o.Symbol))))
            .Concat(refused.Select(at => (At: at, Good: false)))
            .OrderByDescending(act => act.At).Take(newest)
            .GroupBy(act => act.At.UtcTicks / TimeSpan.TicksPerHour).OrderBy(hour => hour.Key)
            .Select(hour => new EvidenceBucket(hour.Max(act => act.At), hour.LongCount(act => act.Good), hour.LongCount())),
    ];
}
