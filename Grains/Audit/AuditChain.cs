using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Audit;

/// <summary>Walks the log: each entry must follow the one before, be what it was, and be what anchors say of it.</summary>
internal static class AuditChain
{
    private const int PageSize = 1000;

    /// <param name="anchors">What is known of entries from elsewhere: an anchor file, the writer's memory, a hash that a person kept.</param>
    public static async Task<AuditCheck> CheckAsync(IAuditStore store, IEnumerable<AnchorLine> anchors)
    {
        var kept = anchors.ToLookup(a => a.Sequence, a => a.Hash);
        long next = 1;
        var hash = AuditHash.Genesis;
        while (true)
        {
            var entries = await store.ReadForwardAsync(next, PageSize, CancellationToken.None);
            foreach (var entry in entries)
            {
                if (entry.Sequence != next) return Broken(next, "This entry is missing.");
                if (entry.PreviousHash != hash) return Broken(next, "This entry does not follow the one before it.");
                if (AuditHash.Compute(entry.Sequence, entry.Fact, entry.PreviousHash) != entry.Hash) return Broken(next, "This entry was changed.");
                if (kept[next].Any(known => known != entry.Hash)) return Broken(next, "This entry is not the one that an anchor holds: the log was written anew from here.");
                hash = entry.Hash;
                next++;
            }

            if (entries.Length < PageSize) break;
        }

        return kept.Any(a => a.Key >= next)
            ? Broken(next, $"The end of the log is missing: an anchor holds entries up to {kept.Max(a => a.Key)}.")
            : new(true, next - 1, null, null, hash);
    }

    private static AuditCheck Broken(long sequence, string problem) => new(false, sequence - 1, sequence, problem, null);
}
