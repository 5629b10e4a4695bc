using System.Collections.Immutable;

namespace ControlPlane.Abstractions;

/// <summary>A kill drill: the gate published its decision again, and this is how long each took to acknowledge it. No bot was stopped.</summary>
/// <param name="TookMs">From the gate's publication until everybody had acknowledged or was given up.</param>
/// <param name="StoreMs">How long the store took to write the kill switch as it is; null when it did not in time.</param>
/// <param name="TraceId">The trace of the request.</param>
[GenerateSerializer, Immutable, Alias("cp.KillDrill")]
public sealed record KillDrill(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1)] string By,
    [property: Id(2)] long TookMs,
    [property: Id(3)] double? StoreMs,
    [property: Id(4)] ImmutableArray<DrilledNode> Nodes,
    [property: Id(5)] ImmutableArray<DrilledRunner> Runners,
    [property: Id(6)] string TraceId,
    [property: Id(7)] bool Recorded);

/// <param name="Ms">Null when it did not acknowledge, and its lease had to run out.</param>
[GenerateSerializer, Immutable, Alias("cp.DrilledNode")]
public sealed record DrilledNode([property: Id(0)] string Node, [property: Id(1)] double? Ms);

/// <param name="Ms">Time to the heartbeat whose answer rested on what was rehearsed; null when none came in time.</param>
[GenerateSerializer, Immutable, Alias("cp.DrilledRunner")]
public sealed record DrilledRunner([property: Id(0)] string BotId, [property: Id(1)] string RunnerId, [property: Id(2)] double? Ms);
