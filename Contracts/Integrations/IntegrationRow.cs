using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>One integration as it stands.</summary>
public record IntegrationRow
{
    public required string Provider { get; init; }
    public required string Name { get; init; }
    public required string Category { get; init; }

    /// <summary>The gate that this provider's category feeds, or null.</summary>
    public string? Gate { get; init; }
    public bool Required { get; init; }
    public required ProviderState State { get; init; }
    public bool Configured { get; init; }

    /// <summary>True in CONNECTED and DEGRADED only.</summary>
    public bool Connected { get; init; }
    public bool SupportsVerify { get; init; }
    public required IReadOnlyList<string> MissingEnvVars { get; init; }

    /// <summary>The last attempt, whatever came of it.</summary>
    public DateTimeOffset? LastVerifiedAt { get; init; }
    public VerifyStatus? LastVerifyStatus { get; init; }
    public string? LastVerifyTraceId { get; init; }

    /// <summary>When the standing verdict stops counting.</summary>
    public DateTimeOffset? VerifyFreshUntil { get; init; }

    /// <summary>When the next verify comes by itself; null when only a person or other secrets bring one.</summary>
    public DateTimeOffset? NextVerifyAt { get; init; }

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

    /// <summary>When the newest recorded call occurred, as its reporter says; its clock may be a few minutes ahead.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
    public string? LastUsedByBotId { get; init; }

    /// <summary>Recorded calls of the last 24 hours, up to this moment; null when the store could not be read or events were lost.</summary>
    [JsonPropertyName("proof_of_use_count_24h")]
    public long? ProofOfUseCount24h { get; init; }

    [JsonPropertyName("error_count_24h")]
    public long? ErrorCount24h { get; init; }

    /// <summary>Share of failed calls in the last 15 minutes, 0 to 1; null without calls.</summary>
    [JsonPropertyName("error_rate_15m")]
    public double? ErrorRate15m { get; init; }
    public required HostsRow Hosts { get; init; }
    public required IReadOnlyList<UnavailableRow> Unavailable { get; init; }
    public required IReadOnlyList<ReasonRow> Reasons { get; init; }
}

/// <summary>How many hosts report this provider's secrets, and whether they hold the same ones.</summary>
public sealed record HostsRow(int? Reporting, int? Total, bool? Agree);

/// <summary>Why something is not well, and what a person can do about it.</summary>
public sealed record ReasonRow(string Code, Severity Severity, string Message, string? SuggestedFix, DateTimeOffset Since);

/// <summary>All integrations.</summary>
/// <param name="Version">Changes with every change of any row.</param>
public sealed record IntegrationsAnswer(
    DateTimeOffset AsOf,
    long Version,
    string TraceId,
    IReadOnlyList<UnavailableRow> Unavailable,
    IReadOnlyList<IntegrationRow> Integrations);
