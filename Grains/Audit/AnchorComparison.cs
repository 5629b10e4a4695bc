using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Storage.Trust;

namespace ControlPlane.Grains.Audit;

/// <summary>Holds an anchor against the log: what it holds and the log has otherwise, or lacks.</summary>
internal static class AnchorComparison
{
    private const int PageSize = 1000;

    /// <summary>Gaps beyond this number are reported as one up to the last.</summary>
    private const int MaxRanges = 50;

    public static async Task<NodeAnchor> CompareAsync(string node, IAuditStore store, AnchorReading kept, CancellationToken cancellationToken)
    {
        var lines = kept.Lines.Sort(static (a, b) => a.Sequence.CompareTo(b.Sequence));
        if (lines.IsEmpty) return new(node, 0, null, null, null, [], kept.Problem);
        var (at, covers, differs) = (0, (long?)null, (long?)null);
        var lacking = new List<long>();
        var next = lines[0].Sequence;
        while (at < lines.Length)
        {
            var entries = await store.ReadForwardAsync(next, PageSize, cancellationToken);
            foreach (var entry in entries)
            {
                for (; at < lines.Length && lines[at].Sequence < entry.Sequence; at++) lacking.Add(lines[at].Sequence);
                var same = true;
                var found = false;
                for (; at < lines.Length && lines[at].Sequence == entry.Sequence; at++) (found, same) = (true, same && lines[at].Hash == entry.Hash);
                if (!found) continue;
                if (same) covers = entry.Sequence;
                else differs ??= entry.Sequence;
            }

            if (entries.Length < PageSize || entries[^1].Sequence == long.MaxValue) break;
            next = entries[^1].Sequence + 1;
        }

        for (; at < lines.Length; at++) lacking.Add(lines[at].Sequence);
        return new(node, lines.Select(l => l.Sequence).Distinct().LongCount(), lines[^1].Sequence, covers, differs, Ranges(lacking), kept.Problem);
    }

    private static ImmutableArray<AuditRange> Ranges(List<long> sequences)
    {
        var ranges = new List<AuditRange>();
        foreach (var sequence in sequences)
        {
            if (ranges.Count > 0 && (ranges[^1].To + 1 >= sequence || ranges.Count == MaxRanges)) ranges[^1] = ranges[^1] with { To = sequence };
            else ranges.Add(new(sequence, sequence));
        }

        return [.. ranges];
    }
}
