using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Storage.Trust;

/// <summary>Sequence and hash of every entry, kept outside the store that the log is in. Whoever cuts or rewrites the log must find this too.</summary>
internal interface IAuditAnchor
{
    /// <summary>Everything that is kept. Blocks, and may throw.</summary>
    AnchorReading Read();

    /// <summary>The newest entry that is kept, or null. Blocks, and may throw.</summary>
    AnchorLine? Last();

    /// <summary>Keeps an entry, in order, without holding up the caller. Never fails.</summary>
    void Keep(AuditEntry entry);
}

/// <param name="Sequence">Of the entry.</param>
/// <param name="Hash">Its hash when it was written.</param>
internal readonly record struct AnchorLine(long Sequence, string Hash);

/// <param name="Problem">Why nothing, or not everything, is kept; null when all is well.</param>
internal sealed record AnchorReading(ImmutableArray<AnchorLine> Lines, string? Problem);

/// <summary>Keeps nothing.</summary>
internal sealed class NoAuditAnchor : IAuditAnchor
{
    public AnchorReading Read() => new([], "No anchor is kept.");

    public AnchorLine? Last() => null;

    public void Keep(AuditEntry entry)
    {
    }
}
