using System.Collections.Immutable;

namespace ControlPlane.Abstractions;

/// <summary>From cycles to fills within a window.</summary>
[GenerateSerializer, Immutable, Alias("cp.BotFunnel")]
public sealed record BotFunnel(
    [property: Id(0)] long Cycles,
    [property: Id(1)] long Signals,
    [property: Id(2)] long SurvivedRisk,
    [property: Id(3)] long Sent,
    [property: Id(4)] long Filled,
    [property: Id(5)] long Traded,
    [property: Id(6)] long NoSignal,
    [property: Id(7)] long Suppressed,
    [property: Id(8)] long Errors);

/// <summary>How often a reason held a trade back within the window; a no-trade counts once for each of its codes.</summary>
[GenerateSerializer, Immutable, Alias("cp.NoTradeReasonCount")]
public sealed record NoTradeReasonCount([property: Id(0)] string Code, [property: Id(1)] long Count, [property: Id(2)] DateTimeOffset LastAt);

/// <summary>Whether a bot cycles without a signal for far longer than is usual for it.</summary>
/// <param name="CyclesSinceSignal">Cycles since the last one with a signal; all cycles when there never was one.</param>
/// <param name="UsualCycles">The 95th percentile (nearest rank) of its last gaps between signals, in cycles; null without enough gaps.</param>
/// <param name="Since">Time of the last signal.</param>
[GenerateSerializer, Immutable, Alias("cp.BlindSpot")]
public sealed record BlindSpot(
    [property: Id(0)] bool Blind,
    [property: Id(1)] long CyclesSinceSignal,
    [property: Id(2)] double? UsualCycles,
    [property: Id(3)] DateTimeOffset? Since,
    [property: Id(4)] string Message);

/// <summary>A bot's funnel as it was read; each part is null when it could not be, and <paramref name="Code"/> says why.</summary>
/// <param name="Blind">Null too while the bot has reported no cycle.</param>
[GenerateSerializer, Immutable, Alias("cp.FunnelReading")]
public sealed record FunnelReading(
    [property: Id(0)] BotFunnel? Funnel,
    [property: Id(1)] ImmutableArray<NoTradeReasonCount>? NoTrades,
    [property: Id(2)] BlindSpot? Blind,
    [property: Id(3)] DateTimeOffset? LastCycleAt,
    [property: Id(4)] long WindowSeconds,
    [property: Id(5)] string? Code);
