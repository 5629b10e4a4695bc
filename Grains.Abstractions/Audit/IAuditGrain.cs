using System.Collections.Immutable;

namespace ControlPlane.Abstractions;

/// <summary>The hash-chained log of who did what. Key 0.</summary>
[Alias("cp.IAuditGrain")]
public interface IAuditGrain : IGrainWithIntegerKey
{
    /// <summary>Appends and answers once the entry is on disk. Throws when it could not be written.</summary>
    [Alias("Append")]
    Task<AuditEntry> Append(AuditFact fact);

    /// <summary>Appends as soon as the store lets it, in order, without making the caller wait: for acts that must not wait for a disk.</summary>
    [Alias("AppendEventually")]
    Task AppendEventually(AuditFact fact);

    [Alias("Check")]
    Task<AuditCheck> Check();

    /// <summary>As <see cref="Check"/>, and the entry <paramref name="sequence"/> must have the hash that somebody kept.</summary>
    [Alias("CheckAgainst")]
    Task<AuditCheck> CheckAgainst(long? sequence, string? hash);
}

/// <summary>What somebody did. Details hold identifiers and settings, never a credential.</summary>
/// <param name="Action">For example <c>kill.engage</c>, <c>bot.register</c>.</param>
/// <param name="Target">For example <c>system</c>, <c>bot/momentum-es</c>, <c>integration/polygon</c>.</param>
/// <param name="Outcome"><c>requested</c> (written before something loosens), <c>done</c>, <c>refused</c> or a code.</param>
[GenerateSerializer, Immutable, Alias("cp.AuditFact")]
public sealed record AuditFact(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1)] Caller By,
    [property: Id(2)] string Action,
    [property: Id(3)] string Target,
    [property: Id(4)] string Outcome,
    [property: Id(5)] ImmutableSortedDictionary<string, string> Details);

/// <summary>A fact in the chain.</summary>
/// <param name="Sequence">1 for the first entry, then without gaps.</param>
/// <param name="PreviousHash">Lower-case hex SHA-256 of the entry before; 64 zeros for the first.</param>
[GenerateSerializer, Immutable, Alias("cp.AuditEntry")]
public sealed record AuditEntry(
    [property: Id(0)] long Sequence,
    [property: Id(1)] AuditFact Fact,
    [property: Id(2)] string PreviousHash,
    [property: Id(3)] string Hash)
{
    /// <summary>MAC of the hash under a key that the store does not hold; null in an entry from before there were any.</summary>
    [Id(4)] public string? Mac { get; init; }
}

/// <summary>Whether the chain holds, and the first entry where it does not.</summary>
[GenerateSerializer, Immutable, Alias("cp.AuditCheck")]
public sealed record AuditCheck(
    [property: Id(0)] bool Intact,
    [property: Id(1)] long Checked,
    [property: Id(2)] long? FirstBroken,
    [property: Id(3)] string? Problem,
    [property: Id(4)] string? HeadHash)
{
    /// <summary>The newest entry that the anchor kept elsewhere holds; null without one.</summary>
    [Id(5)] public long? AnchoredTo { get; init; }

    /// <summary>What is wrong with the anchor itself; null when all is well.</summary>
    [Id(6)] public string? AnchorProblem { get; init; }

    /// <summary>What each node's anchor says, of all nodes that keep one.</summary>
    [Id(20)] public ImmutableArray<NodeAnchor> Anchors { get; init; } = [];

    /// <summary>Number of the newest entry that the log holds.</summary>
    [Id(21)] public long Newest { get; init; }

    /// <summary>Entries at the end of the log that no anchor covers yet.</summary>
    [Id(22)] public long Unanchored { get; init; }

    /// <summary>The first entry that must carry a MAC; null when none must.</summary>
    [Id(23)] public long? SignedFrom { get; init; }
}
