using System.Collections.Immutable;
using ControlPlane.Grains.Risk.Losses;

namespace ControlPlane.Silo.Storage.Embedded.Traces;

/// <summary>Realised trades, summed by currency in exact decimals.</summary>
internal static class RealisedRows
{
    public static ImmutableArray<RealisedPart> Parts(IEnumerable<(string? Currency, decimal? Pnl)> rows) =>
    [
        .. rows.GroupBy(r => r.Currency, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new RealisedPart(g.Key, g.Sum(r => r.Pnl ?? 0), g.LongCount(r => r.Pnl is null))),
    ];
}
