using System.Text.Json;

namespace ControlPlane.Contracts;

/// <summary>Why a bot traded, or meant to.</summary>
public sealed record DecisionRequest
{
    /// <summary>Idempotency key; made up when absent.</summary>
    public string? DecisionId { get; init; }
    public DateTimeOffset? OccurredAt { get; init; }
    public string? Symbol { get; init; }

    /// <summary>For example <c>buy</c>, <c>sell</c>, <c>close</c>, <c>hold</c>.</summary>
    public string? Action { get; init; }
    public string? Rationale { get; init; }

    /// <summary>What the decision rests on, by name: numbers, texts, booleans.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Variables { get; init; }

    /// <summary>0 to 1: how likely the bot holds it that the trade ends well.</summary>
    public double? Confidence { get; init; }

    /// <summary>Name of the strategy or model.</summary>
    public string? Model { get; init; }
    public string? TradeId { get; init; }

    /// <summary>W3C trace id of the cycle, which its usage events carry too.</summary>
    public string? TraceId { get; init; }
}

/// <summary>A recorded decision, with its trade when there is one.</summary>
/// <param name="GateEpoch">Epoch of the gate that the decision was recorded under; null when unknown.</param>
public sealed record DecisionRow(
    string DecisionId,
    string BotId,
    DateTimeOffset OccurredAt,
    string Symbol,
    string Action,
    string? Rationale,
    IReadOnlyDictionary<string, JsonElement> Variables,
    double? Confidence,
    string? Model,
    string? TradeId,
    string? TraceId,
    long? GateEpoch,
    long? GateVersion,
    TradeRow? Trade);

/// <summary>A decision with its trade and the calls to providers of the same trace.</summary>
/// <param name="UsageEvents">Newest first; null when they could not be read.</param>
public sealed record DecisionDetailAnswer(
    DecisionRow Decision,
    IReadOnlyList<UsageEventRow>? UsageEvents,
    IReadOnlyList<UnavailableRow> Unavailable,
    string TraceId);
