using System.Collections.Immutable;

namespace ControlPlane.Abstractions;

/// <summary>One integration as it stands, for the status table.</summary>
[GenerateSerializer, Immutable, Alias("cp.ProviderStatus")]
public sealed record ProviderStatus
{
    [Id(0)] public required string Provider { get; init; }
    [Id(1)] public required string Name { get; init; }
    [Id(2)] public required string Category { get; init; }

    /// <summary>The gate this provider's category feeds, or null.</summary>
    [Id(3)] public string? Gate { get; init; }
    [Id(4)] public bool Required { get; init; }
    [Id(5)] public ProviderState State { get; init; }
    [Id(6)] public bool SupportsVerify { get; init; }
    [Id(7)] public ImmutableArray<string> MissingVariables { get; init; } = [];
    [Id(8)] public LastVerify? LastVerify { get; init; }

    /// <summary>When the standing verdict stops counting (wall clock, for display), or null without one.</summary>
    [Id(9)] public DateTimeOffset? FreshUntil { get; init; }

    /// <summary>Proof of use, or null when the store could not be read.</summary>
    [Id(10)] public UsageFigures? Usage { get; init; }
    [Id(11)] public HostAgreement Hosts { get; init; } = new(0, 0, false);
    [Id(12)] public ImmutableArray<Reason> Reasons { get; init; } = [];
    [Id(13)] public ImmutableArray<UnavailableField> Unavailable { get; init; } = [];

    /// <summary>Grows with every change of this row.</summary>
    [Id(14)] public long Version { get; init; }

    /// <summary>What the key may do, by the last conclusive verify of this process; empty unless that was good.</summary>
    [Id(15)] public ImmutableArray<KeyCapability> Capabilities { get; init; } = [];

    /// <summary>What was verified: <c>live</c>, <c>paper</c>, <c>testnet</c> or <c>demo</c>; null before, and for providers that are no broker.</summary>
    [Id(16)] public string? Environment { get; init; }

    /// <summary>The host that the last verify of this process asked.</summary>
    [Id(17)] public string? VerifiedHost { get; init; }

    /// <summary>The provider's clock less ours, in whole seconds; null when its answer had no <c>Date</c>.</summary>
    [Id(18)] public int? ClockSkewSeconds { get; init; }

    /// <summary>When the key or token ends; null where the answer does not say.</summary>
    [Id(19)] public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When the next verify comes by itself; null when only a person or other secrets bring one.</summary>
    [Id(20)] public DateTimeOffset? NextVerifyAt { get; init; }

    public bool Configured => State != ProviderState.NotConfigured;
    public bool Connected => State is ProviderState.Connected or ProviderState.Degraded;
}

/// <summary>The last verify attempt, whatever came of it. It survives restarts; <see cref="ProviderStatus.State"/> does not rest on it.</summary>
[GenerateSerializer, Immutable, Alias("cp.LastVerify")]
public sealed record LastVerify(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1)] VerifyStatus Status,
    [property: Id(2)] string TraceId);

/// <summary>Figures of proof of use, derived from recorded events alone. An unreadable one is null and listed in
/// <see cref="ProviderStatus.Unavailable"/>.</summary>
/// <param name="Count24h">Calls of the last 24 hours; null when events were lost within them.</param>
/// <param name="Errors24h">The failed ones among them.</param>
/// <param name="ErrorRate15m">Share of failed calls in the last 15 minutes, 0..1; null without calls.</param>
/// <param name="Calls15m">The calls that the rate was taken from.</param>
[GenerateSerializer, Immutable, Alias("cp.UsageFigures")]
public sealed record UsageFigures(
    [property: Id(0)] long? Count24h,
    [property: Id(1)] long? Errors24h,
    [property: Id(2)] double? ErrorRate15m,
    [property: Id(3)] long Calls15m,
    [property: Id(4)] DateTimeOffset? LastUsedAt,
    [property: Id(5)] string? LastUsedByBot)
{
    /// <summary>Of <see cref="Count24h"/> the calls that went through the gateway.</summary>
    [Id(6)] public long? Observed24h { get; init; }
}

/// <summary>How many hosts (silos) report the same secrets.</summary>
/// <param name="Agree">Every host reports, and all hold the same.</param>
/// <param name="Agreeing">The largest number of reporting hosts that hold the same.</param>
[GenerateSerializer, Immutable, Alias("cp.HostAgreement")]
public sealed record HostAgreement([property: Id(0)] int Reporting, [property: Id(1)] int Total, [property: Id(2)] bool Agree, [property: Id(3)] int Agreeing = 0);

/// <summary>Why something is not well, and what a person can do about it.</summary>
[GenerateSerializer, Immutable, Alias("cp.Reason")]
public sealed record Reason(
    [property: Id(0)] string Code,
    [property: Id(1)] Severity Severity,
    [property: Id(2)] string Message,
    [property: Id(3)] string? SuggestedFix,
    [property: Id(4)] DateTimeOffset Since)
{
    [Id(5)] public Resolution Resolution { get; init; }

    /// <summary>Of a self-healing one: the time after <see cref="Since"/> from which it is manual.</summary>
    [Id(6)] public TimeSpan? ManualAfter { get; init; }
}

/// <summary>A figure that could not be read: it is null, and this names it.</summary>
[GenerateSerializer, Immutable, Alias("cp.UnavailableField")]
public sealed record UnavailableField([property: Id(0)] string Field, [property: Id(1)] string Code, [property: Id(2)] DateTimeOffset Since);
