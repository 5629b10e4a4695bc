using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>The six gates. Each is always present; an unreadable gate is Unknown.</summary>
public sealed record AutonomyGates
{
    [JsonPropertyName("dataFeedsHealthy")] public required GateRow DataFeedsHealthy { get; init; }
    [JsonPropertyName("brokerConnected")] public required GateRow BrokerConnected { get; init; }
    [JsonPropertyName("llmConnected")] public required GateRow LlmConnected { get; init; }
    [JsonPropertyName("supervisorLoopActive")] public required GateRow SupervisorLoopActive { get; init; }
    [JsonPropertyName("timeoutWorkerActive")] public required GateRow TimeoutWorkerActive { get; init; }
    [JsonPropertyName("riskEngineConnected")] public required GateRow RiskEngineConnected { get; init; }
}

/// <summary>One gate as decided.</summary>
/// <param name="Healthy">True for status True only.</param>
/// <param name="Reason">One word in PascalCase, for programs.</param>
/// <param name="ObservedAt">When its evidence was last looked at; null when never.</param>
/// <param name="Required">False when policy lets the system be OK without this gate.</param>
public sealed record GateRow(
    GateStatus Status,
    bool Healthy,
    bool Degraded,
    string Reason,
    string Message,
    DateTimeOffset Since,
    DateTimeOffset? ObservedAt,
    DateTimeOffset? ValidUntil,
    IReadOnlyList<string> Providers,
    bool Required);

/// <summary>Something that keeps the system or a bot from acting on its own, and the way out.</summary>
/// <param name="Scope"><c>system</c> or <c>bot</c>.</param>
public sealed record BlockerRow(
    string Code,
    Severity Severity,
    string Scope,
    string? Gate,
    string? Provider,
    string? BotId,
    string Message,
    string? SuggestedFix,
    DateTimeOffset Since,
    string? EvidenceTraceId)
{
    /// <summary>What ends it. One that had its time to heal by itself is <c>manual</c>.</summary>
    public Resolution Resolution { get; init; }
}

/// <summary>One human action on the way to OK.</summary>
public sealed record PathStepRow(int Step, string Action, string? Provider, IReadOnlyList<string> EnvVars, string Text)
{
    /// <summary>Providers of which any one will do, easiest first; the first is <see cref="Provider"/>. Empty where it must be that one.</summary>
    public IReadOnlyList<PathChoiceRow> AnyOf { get; init; } = [];
}

/// <summary>A provider that would do, and the variables that it lacks.</summary>
public sealed record PathChoiceRow(string Provider, IReadOnlyList<string> EnvVars);

/// <summary>A kill switch. All null when it could not be read.</summary>
public sealed record KillSwitchRow(bool? Engaged, string? Reason, string? By, DateTimeOffset? Since);

/// <summary>Whether LIVE is armed. All null when it could not be read.</summary>
public sealed record LiveTradingRow(bool? Armed, DateTimeOffset? Until, string? By);

/// <summary>Bots by tier; all null when they could not be read.</summary>
public sealed record TierCounts(
    [property: JsonPropertyName("OBSERVE")] int? Observe,
    [property: JsonPropertyName("PAPER")] int? Paper,
    [property: JsonPropertyName("SUPERVISED")] int? Supervised,
    [property: JsonPropertyName("LIMITED")] int? Limited,
    [property: JsonPropertyName("AUTONOMOUS")] int? Autonomous);
