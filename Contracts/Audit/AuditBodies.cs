namespace ControlPlane.Contracts;

/// <summary>Who did what. Each entry holds the hash of the one before.</summary>
/// <param name="Outcome"><c>requested</c>, <c>done</c>, <c>refused</c> or a code.</param>
/// <param name="TraceId">The trace of the request that did it.</param>
public sealed record AuditRow(
    long Sequence,
    DateTimeOffset At,
    string By,
    string Role,
    string Action,
    string Target,
    string Outcome,
    IReadOnlyDictionary<string, string> Details,
    string TraceId,
    string PreviousHash,
    string Hash);

/// <summary>Whether the chain of the audit log holds.</summary>
/// <param name="HeadHash">Hash of the last entry: keep it elsewhere together with its sequence, and a later check can be held against it.</param>
/// <param name="AnchoredTo">The newest entry that the anchor file, kept outside the store, holds; null without one.</param>
/// <param name="AnchorProblem">What is wrong with the anchor file itself: without it a cut end shows only against a hash that a person kept.</param>
/// <param name="FirstBroken">Sequence of the first entry where it does not.</param>
/// <param name="Anchors">What the anchor of each node says that keeps one: all of them are asked.</param>
/// <param name="UnanchoredEntries">How many entries at the end of the log no anchor covers yet: that they were cut would show in no file.</param>
/// <param name="UnanchoredFrom">The first of them; null without any.</param>
/// <param name="SignedFrom">From this entry on each carries a MAC under a key that the store does not hold; null when none must.</param>
public sealed record AuditCheckAnswer(
    bool Intact,
    long Checked,
    long? FirstBroken,
    string? Problem,
    string? HeadHash,
    string TraceId,
    long? AnchoredTo = null,
    string? AnchorProblem = null,
    IReadOnlyList<AuditAnchor>? Anchors = null,
    long UnanchoredEntries = 0,
    long? UnanchoredFrom = null,
    long? SignedFrom = null);

/// <summary>What a node's anchor says of the audit log.</summary>
/// <param name="Entries">How many entries it holds; a silo keeps those that it wrote itself.</param>
/// <param name="Newest">The newest of them; null without any.</param>
/// <param name="Differs">The first entry that the log holds otherwise; null without one.</param>
/// <param name="Missing">Entries that it holds and the log lacks.</param>
/// <param name="Problem">What is wrong with the anchor itself, or why its node did not answer.</param>
public sealed record AuditAnchor(string Node, long Entries, long? Newest, long? Differs, IReadOnlyList<AuditEntries> Missing, string? Problem);

/// <summary>Entries by their numbers, both ends included.</summary>
public sealed record AuditEntries(long From, long To);
