using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Storage.Seals;
using ControlPlane.Grains.Storage.Trust;

namespace ControlPlane.Grains.Audit;

/// <summary>Walks the log: each entry must follow the one before, be what it was, carry its MAC, and be what anchors say of it.</summary>
internal static class AuditChain
{
    private const int PageSize = 1000;

    /// <param name="anchors">What is known of entries from elsewhere: the writer's memory, a hash that a person kept.</param>
    /// <param name="rule">Which entries must carry a MAC; null: none.</param>
    /// <param name="nodes">What the anchors of the nodes say.</param>
    public static async Task<AuditCheck> CheckAsync(IAuditStore store, IEnumerable<AnchorLine> anchors, AuditRule? rule = null, ImmutableArray<NodeAnchor> nodes = default)
    {
        var kept = anchors.ToLookup(a => a.Sequence, a => a.Hash);
        long next = 1, newest = 0, from = long.MinValue;
        var hash = AuditHash.Genesis;
        Finding? broken = null;
        while (true)
        {
            var entries = await store.ReadForwardAsync(from, PageSize, CancellationToken.None);
            foreach (var entry in entries)
            {
                newest = entry.Sequence;
                if (broken is not null) continue;
                broken = Evaluate(entry, next, hash, kept[entry.Sequence], rule);
                hash = entry.Hash;
                next++;
            }

            if (entries.Length < PageSize || newest == long.MaxValue) break;
            from = newest + 1;
        }

        nodes = nodes.IsDefault ? [] : nodes;
        if (broken is null && kept.Any(a => a.Key >= next)) broken = new(next, $"The end of the log is missing: an anchor holds entries up to {kept.Max(a => a.Key)}.");
        broken = nodes.Select(node => OfNode(node, next)).Append(broken).OfType<Finding>().OrderBy(f => f.Sequence).FirstOrDefault();
        var covered = nodes.Select(n => n.Covers ?? 0).DefaultIfEmpty(0).Max();
        return new AuditCheck(broken is null, (broken?.Sequence ?? next) - 1, broken?.Sequence, broken?.Problem, broken is null ? hash : null)
        {
            Anchors = nodes,
            Newest = newest,
            Unanchored = Math.Max(0, newest - covered),
            SignedFrom = rule?.Macs is null ? null : rule.UpTo + 1,
        };
    }

    private sealed record Finding(long Sequence, string Problem);

    private static Finding? Evaluate(AuditEntry entry, long next, string hash, IEnumerable<string> kept, AuditRule? rule)
    {
        if (entry.Sequence < next) return new(entry.Sequence, "This entry stands before the first one.");
        if (entry.Sequence != next) return new(next, "This entry is missing.");
        if (entry.PreviousHash != hash) return new(next, "This entry does not follow the one before it.");
        if (AuditHash.Compute(entry.Sequence, entry.Fact, entry.PreviousHash) != entry.Hash) return new(next, "This entry was changed.");
        if (kept.Any(known => known != entry.Hash)) return new(next, "This entry is not the one that an anchor holds: the log was written anew from here.");
        return rule?.Accepts(entry) == false ? new(next, "This entry does not carry the control plane's MAC: somebody else wrote it.") : null;
    }

    /// <param name="next">The number behind the last entry that was walked in order.</param>
    private static Finding? OfNode(NodeAnchor node, long next)
    {
        var differs = node.Differs is { } other ? new Finding(other, $"This entry is not the one that the anchor of {node.Node} holds: the log was written anew from here.") : null;
        if (node.Lacking is not [var first, ..] || first.From >= node.Differs) return differs;
        return first.From >= next
            ? new(next, $"The end of the log is missing: the anchor of {node.Node} holds entries up to {node.Newest}.")
            : new(first.From, $"This entry is missing; the anchor of {node.Node} holds it.");
    }
}
