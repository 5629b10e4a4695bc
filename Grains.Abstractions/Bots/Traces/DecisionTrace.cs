using System.Collections.Immutable;

namespace ControlPlane.Abstractions;

/// <summary>Why a bot traded, or meant to.</summary>
/// <param name="DecisionId">Idempotency key within the bot, 1 to 100 characters.</param>
/// <param name="Action">For example <c>buy</c>, <c>sell</c>, <c>close</c>, <c>hold</c>.</param>
/// <param name="Variables">What the decision rests on, by name.</param>
/// <param name="Confidence">0 to 1: how likely the bot holds it that the trade ends well.</param>
/// <param name="Model">Name of the strategy or model.</param>
/// <param name="TraceId">Trace id of the cycle, which its usage events carry too: 32 lower-case hex characters.</param>
/// <param name="GateEpoch">Epoch of the gate that the bot acted under; when null, the one at the time of recording is written.</param>
/// <param name="ReceivedAt">When the control plane received it. Not taken from a caller.</param>
[GenerateSerializer, Immutable, Alias("cp.DecisionTrace")]
public sealed record DecisionTrace(
    [property: Id(0)] string DecisionId,
    [property: Id(1)] DateTimeOffset OccurredAt,
    [property: Id(2)] string Symbol,
    [property: Id(3)] string Action,
    [property: Id(4)] string? Rationale,
    [property: Id(5)] ImmutableSortedDictionary<string, TraceValue> Variables,
    [property: Id(6)] double? Confidence,
    [property: Id(7)] string? Model,
    [property: Id(8)] string? TradeId,
    [property: Id(9)] string? TraceId,
    [property: Id(10)] long? GateEpoch = null,
    [property: Id(11)] long? GateVersion = null,
    [property: Id(12)] DateTimeOffset? ReceivedAt = null);

/// <summary>A decision as it is read back, with its trade when there is one.</summary>
[GenerateSerializer, Immutable, Alias("cp.RecordedDecision")]
public sealed record RecordedDecision([property: Id(0)] DecisionTrace Decision, [property: Id(1)] TradeTrace? Trade);

/// <summary>A decision with its trade and the calls to providers of the same trace.</summary>
/// <param name="Usage">Null when they could not be read, or when the decision has no trace id.</param>
/// <param name="Code">Null when the read succeeded; the decision may still be absent.</param>
[GenerateSerializer, Immutable, Alias("cp.DecisionDetail")]
public sealed record DecisionDetail(
    [property: Id(0)] RecordedDecision? Decision,
    [property: Id(1)] ImmutableArray<UsageEvent>? Usage,
    [property: Id(2)] string? Code);
