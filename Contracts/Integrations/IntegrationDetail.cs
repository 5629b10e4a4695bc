using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>Everything about one integration that a person may see.</summary>
public sealed record IntegrationDetail : IntegrationRow
{
    public IntegrationDetail()
    {
    }

    /// <summary>All of the row, and what every detail has besides.</summary>
    [SetsRequiredMembers]
    public IntegrationDetail(
        IntegrationRow row,
        IReadOnlyList<VariableRow> requiredEnvVars,
        IReadOnlyList<VariableRow> optionalEnvVars,
        IReadOnlyList<string> howToConnect,
        IReadOnlyList<VerifyStepRow> checklist,
        string traceId)
        : base(row)
    {
        RequiredEnvVars = requiredEnvVars;
        OptionalEnvVars = optionalEnvVars;
        HowToConnect = howToConnect;
        Checklist = checklist;
        TraceId = traceId;
    }

    public required IReadOnlyList<VariableRow> RequiredEnvVars { get; init; }
    public required IReadOnlyList<VariableRow> OptionalEnvVars { get; init; }

    /// <summary>Ordered steps for a person.</summary>
    public required IReadOnlyList<string> HowToConnect { get; init; }
    public required IReadOnlyList<VerifyStepRow> Checklist { get; init; }

    /// <summary>Bots that name this provider among what they require. A bot that names none requires every gate, and no provider by itself.</summary>
    public IReadOnlyList<string>? RequiredByBots { get; init; }

    [JsonPropertyName("used_by_bots_24h")]
    public IReadOnlyList<string>? UsedByBots24h { get; init; }

    /// <summary>The last 20 verifications.</summary>
    public IReadOnlyList<VerificationRow>? VerifyHistory { get; init; }

    /// <summary>24 buckets of an hour, oldest first, the last one ending now: together they are <c>proof_of_use_count_24h</c>.</summary>
    [JsonPropertyName("usage_24h")]
    public IReadOnlyList<UsageHourRow>? Usage24h { get; init; }

    /// <summary>The last 20 events.</summary>
    public IReadOnlyList<UsageEventRow>? RecentEvents { get; init; }
    public required string TraceId { get; init; }

    /// <summary>How bots reach the provider through the gateway.</summary>
    public GatewayRow? Gateway { get; init; }
}

/// <summary>A provider's place at the gateway.</summary>
/// <param name="Url">What an SDK takes as base URL.</param>
/// <param name="Hosts">The provider's further hosts.</param>
/// <param name="EnforcedOperations">Calls whose effect the catalogue knows.</param>
/// <param name="SampleEnv">Variables of a bot's environment, for the usual SDKs. They hold no key: a token of the bot or of its lease stands in place of it.</param>
public sealed record GatewayRow(
    string Url,
    IReadOnlyList<GatewayHostRow> Hosts,
    IReadOnlyList<EnforcedOperationRow> EnforcedOperations,
    IReadOnlyList<SampleVariableRow> SampleEnv)
{
    /// <summary>Calls of the last 24 hours that went through the gateway; null when that is not known.</summary>
    [JsonPropertyName("observed_24h")]
    public long? Observed24h { get; init; }

    /// <summary>Calls of the last 24 hours that were reported; null when that is not known.</summary>
    [JsonPropertyName("reported_24h")]
    public long? Reported24h { get; init; }
}

/// <summary>A further host of a provider.</summary>
public sealed record GatewayHostRow(string Name, string Url);

/// <summary>A call whose effect the catalogue knows.</summary>
/// <param name="Operation">Method and path.</param>
/// <param name="Effect"><c>read</c>, <c>infer</c>, <c>notify</c>, <c>open</c>, <c>reduce</c>, <c>order</c>, <c>cancel</c> or <c>account</c>, which never passes.</param>
/// <param name="Host">Name of a further host; null for the provider's own base.</param>
public sealed record EnforcedOperationRow(string Operation, string Effect, string? Host);

/// <summary>A variable and its value.</summary>
public sealed record SampleVariableRow(string Name, string Value);

/// <summary>Whether a variable is set.</summary>
/// <param name="Masked">The most of a value that is ever shown; null when it is absent.</param>
public sealed record VariableRow(string Name, bool Secret, bool Present, string? Masked, string? Hint);

/// <summary>One step of a verify: <c>env</c>, <c>dns_tls</c>, <c>auth</c> or <c>scope</c>.</summary>
public sealed record VerifyStepRow(string Step, StepResult Result, string Message);

/// <summary>A verification of the past.</summary>
/// <param name="By"><c>operator</c>, <c>schedule</c>, <c>failed_calls</c>, <c>startup</c> or <c>secrets_changed</c>.</param>
public sealed record VerificationRow(
    DateTimeOffset At,
    VerifyStatus Status,
    int? HttpStatus,
    int? LatencyMs,
    string? ErrorCode,
    string TraceId,
    string By);

/// <summary>An hour of recorded use.</summary>
public sealed record UsageHourRow(
    DateTimeOffset Start,
    long Ok,
    long Failed,
    [property: JsonPropertyName("p50_ms")] int? P50Ms,
    [property: JsonPropertyName("p95_ms")] int? P95Ms);
