using System.Runtime.InteropServices;
using ControlPlane.Abstractions;

namespace ControlPlane.Silo.Storage.Postgres.Usage;

/// <summary>The unlisted events of one commit, provider and second, as the hourly figures need them.</summary>
/// <param name="Latencies">Distinct, rising; <paramref name="Calls"/> holds how many events have each.</param>
internal sealed record OverflowAggregate(long Ok, long Failed, int[] Latencies, int[] Calls)
{
    public static OverflowAggregate Of(IReadOnlyList<UsageGroup.Row> rows, UsageRollup.Cell cell)
    {
        var unlisted = CollectionsMarshal.AsSpan(cell.Rows)[UsageRollup.ListedPerCell..];
        var all = new List<int>(unlisted.Length);
        var ok = 0L;
        foreach (var index in unlisted)
        {
            var e = rows[index].Event;
            if (e.Status == UsageStatus.Ok) ok++;
            if (e.LatencyMs is { } ms) all.Add(ms);
        }

        all.Sort();
        List<int> latencies = [], calls = [];
        foreach (var ms in all)
        {
            if (latencies.Count > 0 && latencies[^1] == ms)
            {
                calls[^1]++;
                continue;
            }

            latencies.Add(ms);
            calls.Add(1);
        }

        return new(ok, unlisted.Length - ok, [.. latencies], [.. calls]);
    }
}
