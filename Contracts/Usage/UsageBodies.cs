namespace ControlPlane.Contracts;

/// <summary>One call to a provider, as reported.</summary>
public sealed record UsageEventBody
{
    /// <summary>Idempotency key; a UUIDv7 is best. Made when absent.</summary>
    public Guid? EventId { get; init; }

    /// <summary>When the call was made; now when absent.</summary>
    public DateTimeOffset? OccurredAt { get; init; }
    public string? UserId { get; init; }
    public string? BotId { get; init; }
    public required string Provider { get; init; }

    /// <summary>A route or method, never a key: it is cut at <c>?</c>.</summary>
    public required string Operation { get; init; }
    public required UsageStatus Status { get; init; }
    public int? HttpStatus { get; init; }
    public int? LatencyMs { get; init; }
    public string? TraceId { get; init; }
    public string? ErrorCode { get; init; }
}

/// <summary>Up to 10,000 events, committed together.</summary>
public sealed record UsageEventsBody
{
    public IReadOnlyList<UsageEventBody>? Events { get; init; }
}

/// <summary>What became of the events of one call. Whatever is counted in <paramref name="Accepted"/> is on disk.</summary>
public sealed record UsageReceiptAnswer(int Accepted, int Duplicates, IReadOnlyList<UsageRejectionRow> Rejected, string TraceId);

/// <summary>Why one event was not taken.</summary>
/// <param name="Index">Position of the event in the call, from 0.</param>
public sealed record UsageRejectionRow(int Index, string Code, string Message);

/// <summary>A recorded call.</summary>
/// <param name="TraceId">The trace that the reporter gave, or null.</param>
public sealed record UsageEventRow(
    Guid EventId,
    DateTimeOffset OccurredAt,
    string? UserId,
    string? BotId,
    string Provider,
    string Operation,
    UsageStatus Status,
    int? HttpStatus,
    int? LatencyMs,
    string? TraceId,
    string? ErrorCode)
{
    /// <summary><c>observed</c> for a call that went through the gateway, <c>reported</c> for one that its caller reported.</summary>
    public string Source { get; init; } = "reported";

    /// <summary>Input tokens of a model; null where its answer has no number.</summary>
    public long? InputTokens { get; init; }

    /// <summary>Output tokens of a model; null where its answer has no number.</summary>
    public long? OutputTokens { get; init; }
}
