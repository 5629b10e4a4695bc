using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Storage.Seals;

/// <summary>Which audit entries must carry a MAC: those behind the last of the marks. The chain holds those before it.</summary>
/// <param name="UpTo">The last entry that need not.</param>
/// <param name="Forged">Entries behind it without one that an operator knows of.</param>
internal sealed record AuditRule(long UpTo, ImmutableHashSet<long> Forged, StoreMacs? Macs)
{
    /// <summary>Nothing was signed, or this process has no key.</summary>
    public static AuditRule None { get; } = new(long.MaxValue, [], null);

    public static AuditRule Of(ImmutableArray<StoreMark> marks, StoreMacs macs)
    {
        var ours = marks.Where(macs.Signed).ToArray();
        return ours.Length == 0 ? None : new(ours.Max(m => m.AuditUpTo), [.. ours.SelectMany(m => m.Forged)], macs);
    }

    /// <summary>False for an entry that the control plane did not write.</summary>
    public bool Accepts(AuditEntry entry) => (entry.Sequence <= UpTo && entry.Sequence > 0) || (Macs?.Wrote(entry) ?? true);
}
