using System.Runtime.InteropServices;
using ControlPlane.Abstractions;

namespace ControlPlane.Silo.Storage.Postgres.Usage;

/// <summary>The unlisted events of one commit, provider and second, as the hourly figures need them.</summary>
/// <param name="Latencies">Distinct, rising; <paramref name="Calls"/> holds how many events have each.</param>
internal sealed record UsageFlood(long Ok, long Failed, int[] Latencies, int[] Calls)
{
    public static UsageFlood Of(IReadOnlyList<UsageGroup.Row> rows, UsageRollup.Cell cell)
    {
        var (ok, failed) = (0L, 0L);
        var latencies = new SortedDictionary<int, int>();
        foreach (var index in CollectionsMarshal.AsSpan(cell.Rows)[UsageRollup.ListedPerCell..])
        {
            var e = rows[index].Event;
            if (e.Status == UsageStatus.Ok) ok++;
            else failed++;
            if (e.LatencyMs is { } ms) latencies[ms] = latencies.GetValueOrDefault(ms) + 1;
        }

        return new(ok, failed, [.. latencies.Keys], [.. latencies.Values]);
    }
}
