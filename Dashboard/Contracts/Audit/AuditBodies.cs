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
public sealed record AuditCheckAnswer(
    bool Intact,
    long Checked,
    long? FirstBroken,
    string? Problem,
    string? HeadHash,
    string TraceId,
    long? AnchoredTo = null,
    string? AnchorProblem = null);
