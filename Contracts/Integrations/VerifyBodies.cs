namespace ControlPlane.Contracts;

/// <summary>Names a provider, or <c>*</c> for all configured ones.</summary>
public sealed record VerifyRequest
{
    public string? Provider { get; init; }
}

/// <summary>What a verify proved, whatever the verdict.</summary>
public sealed record VerifyResult
{
    public required string Provider { get; init; }
    public required VerifyStatus Status { get; init; }
    public bool Connected { get; init; }
    public required ProviderState State { get; init; }
    public int? HttpStatus { get; init; }
    public int? LatencyMs { get; init; }
    public string? ErrorCode { get; init; }
    public required string Message { get; init; }
    public string? SuggestedFix { get; init; }
    public required IReadOnlyList<VerifyStepRow> Steps { get; init; }
    public DateTimeOffset VerifiedAt { get; init; }

    /// <summary>True when an earlier answer was given again within the provider's minimum interval.</summary>
    public bool Cached { get; init; }

    /// <summary>Seconds until a new call may be made, or null when one may be made now.</summary>
    public int? RetryAfterS { get; init; }

    /// <summary>What the key may do; empty until it was accepted.</summary>
    public IReadOnlyList<CapabilityRow> Capabilities { get; init; } = [];

    /// <summary>What was verified: <c>live</c>, <c>paper</c>, <c>testnet</c> or <c>demo</c>; null for providers that are no broker, and before a verdict.</summary>
    public string? Environment { get; init; }

    /// <summary>The host that was verified.</summary>
    public string? VerifiedHost { get; init; }

    /// <summary>The provider's clock less ours, in seconds, from the <c>Date</c> of its last answer; null where it has none.</summary>
    public int? ClockSkewS { get; init; }

    /// <summary>When the key or token ends; null where the provider does not say.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Trace of the verify that reached the verdict; an earlier one when <see cref="Cached"/> or joined.</summary>
    public required string VerifyTraceId { get; init; }

    /// <summary>Trace of this request.</summary>
    public required string TraceId { get; init; }
}

/// <summary>The verifies of all configured integrations.</summary>
public sealed record VerifyAllAnswer(IReadOnlyList<VerifyResult> Results, IReadOnlyList<UnavailableRow> Unavailable, string TraceId);
