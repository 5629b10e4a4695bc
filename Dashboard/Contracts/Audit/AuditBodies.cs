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
/// <param name="FirstBroken">Sequence of the first entry where it does not.</param>
public sealed record AuditCheckAnswer(
    bool Intact,
    long Checked,
    long? FirstBroken,
    string? Problem,
    string? HeadHash,
    string TraceId);
