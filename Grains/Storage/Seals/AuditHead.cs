using ControlPlane.Abstractions;
using ControlPlane.Grains.Storage.Seals;

namespace ControlPlane.Grains.Storage.Seals;

/// <summary>Position of the next entry. A foreign entry uses up its number; one far beyond the end does not move the position.</summary>
internal static class AuditHead
{
    private const int PageSize = 500;

    /// <returns>The entry to follow, and the first one that the control plane did not write; both null in an empty log.</returns>
    public static async Task<(AuditEntry? Head, AuditEntry? Forged)> FindAsync(IAuditStore store, AuditRule rule, CancellationToken cancellationToken)
    {
        var newest = await store.HeadAsync(cancellationToken);
        if (newest is null || rule.Accepts(newest)) return (newest, null);
        var head = await LastWrittenAsync(store, rule, cancellationToken);
        AuditEntry? forged = null;
        while (true)
        {
            var behind = await store.ReadForwardAsync((head?.Sequence ?? 0) + 1, PageSize, cancellationToken);
            foreach (var entry in behind)
            {
                forged ??= entry;
                if (entry.Sequence != (head?.Sequence ?? 0) + 1) return (head, forged);
                head = entry;
            }

            if (behind.Length < PageSize) return (head, forged ?? newest);
        }
    }

    private static async Task<AuditEntry?> LastWrittenAsync(IAuditStore store, AuditRule rule, CancellationToken cancellationToken)
    {
        string? before = null;
        do
        {
            var page = await store.PageAsync(PageSize, before, cancellationToken);
            if (page.Items.FirstOrDefault(rule.Accepts) is { } written) return written;
            before = page.Next;
        }
        while (before is not null);
        return null;
    }
}
