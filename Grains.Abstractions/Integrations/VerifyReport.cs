using System.Collections.Immutable;

namespace ControlPlane.Abstractions;

/// <summary>The answer to a verify call. It holds our own codes and texts only, never any of the provider's body.</summary>
[GenerateSerializer, Immutable, Alias("cp.VerifyReport")]
public sealed record VerifyReport
{
    [Id(0)] public required string Provider { get; init; }
    [Id(1)] public required VerifyStatus Status { get; init; }
    [Id(2)] public ProviderState State { get; init; }
    [Id(3)] public int? HttpStatus { get; init; }
    [Id(4)] public int? LatencyMs { get; init; }

    /// <summary>Null when the verdict is plain <see cref="VerifyStatus.Valid"/>; else one of our codes, for example <c>timeout</c>.</summary>
    [Id(5)] public string? ErrorCode { get; init; }
    [Id(6)] public required string Message { get; init; }
    [Id(7)] public string? SuggestedFix { get; init; }
    [Id(8)] public ImmutableArray<VerifyStep> Steps { get; init; } = [];
    [Id(9)] public DateTimeOffset VerifiedAt { get; init; }

    /// <summary>True when this is an earlier answer given again within the provider's minimum interval.</summary>
    [Id(10)] public bool Cached { get; init; }

    /// <summary>Seconds until a new call may be made, or null when one may be made now.</summary>
    [Id(11)] public int? RetryAfterSeconds { get; init; }
    [Id(12)] public required string TraceId { get; init; }

    /// <summary>What the key may do; empty unless the key was accepted.</summary>
    [Id(13)] public ImmutableArray<KeyCapability> Capabilities { get; init; } = [];

    /// <summary><c>live</c>, <c>paper</c>, <c>testnet</c> or <c>demo</c>; null for providers that are no broker.</summary>
    [Id(14)] public string? Environment { get; init; }

    /// <summary>The host that was asked, or would have been.</summary>
    [Id(15)] public string? Host { get; init; }

    /// <summary>The provider's clock less ours, in whole seconds; null when its answer had no <c>Date</c>.</summary>
    [Id(16)] public int? ClockSkewSeconds { get; init; }

    /// <summary>When the key or token ends; null where the answer does not say.</summary>
    [Id(17)] public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>One step of a verify: <c>env</c>, <c>dns_tls</c>, <c>auth</c> or <c>scope</c>.</summary>
[GenerateSerializer, Immutable, Alias("cp.VerifyStep")]
public sealed record VerifyStep([property: Id(0)] string Step, [property: Id(1)] StepResult Result, [property: Id(2)] string Message);

/// <summary>What came of asking for a verify.</summary>
public enum VerifyRefusal
{
    None = 0,

    /// <summary>A required variable is missing: there is nothing to verify with.</summary>
    NotConfigured = 1,

    /// <summary>No harmless verify call exists for this provider.</summary>
    NotSupported = 2,

    /// <summary>The provider is not in the catalogue, or is switched off.</summary>
    Unknown = 3,
}

/// <summary>A verify answer, or why there was none.</summary>
[GenerateSerializer, Immutable, Alias("cp.VerifyAnswer")]
public sealed record VerifyAnswer(
    [property: Id(0)] VerifyRefusal Refusal,
    [property: Id(1)] VerifyReport? Report,
    [property: Id(2)] ImmutableArray<string> MissingVariables);

/// <summary>A row of the verification history.</summary>
/// <param name="By"><c>operator</c>, <c>schedule</c>, <c>startup</c> or <c>secrets_changed</c>.</param>
[GenerateSerializer, Immutable, Alias("cp.VerificationRecord")]
public sealed record VerificationRecord(
    [property: Id(0)] string Provider,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] VerifyStatus Status,
    [property: Id(3)] int? HttpStatus,
    [property: Id(4)] int? LatencyMs,
    [property: Id(5)] string? ErrorCode,
    [property: Id(6)] string TraceId,
    [property: Id(7)] string By);
