using System.Collections.Immutable;
using ControlPlane.Grains.Risk.Losses;

namespace ControlPlane.Silo.Storage.Embedded.Traces;

/// <summary>Realised trades, summed by currency in exact decimals.</summary>
internal static class RealisedRows
{
    public static ImmutableArray<RealisedPart> Parts(IEnumerable<(string? Currency, decimal? Pnl, decimal? Rate)> rows) =>
    [
        .. rows.GroupBy(r => r.Rate is null ? r.Currency : RealisedPart.OfSums, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new RealisedPart(g.Key, g.Sum(r => (r.Pnl ?? 0) * (r.Rate ?? 1)), g.LongCount(r => r.Pnl is null))),
    ];
}
