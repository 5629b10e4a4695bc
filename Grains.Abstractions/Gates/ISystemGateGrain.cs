using System.Collections.Immutable;
using Orleans.Concurrency;

namespace ControlPlane.Abstractions;

/// <summary>The one grain that decides whether the system may act on its own. Key 0.</summary>
[Alias("cp.ISystemGateGrain")]
public interface ISystemGateGrain : IGrainWithIntegerKey
{
    /// <summary>Answers when something newer than the request's position exists, or after its hold time with a renewal.
    /// The call itself acknowledges what the node has applied.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:02"), Alias("WaitForChange")]
    Task<GateUpdate> WaitForChange(GateFollowRequest request);

    /// <summary>A provider's evidence changed: ask it now instead of at the next round.</summary>
    [AlwaysInterleave, OneWay, Alias("EvidenceChanged")]
    Task EvidenceChanged(string provider);

    /// <summary>A component proves progress. Only a larger sequence counts; of an external component one instance at a time.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:02"), Alias("ReportProgress")]
    Task<ProgressReceipt> ReportProgress(ComponentProgress progress);

    /// <summary>A bot's lease, kill or configuration changed; answers with the position at which nodes can see it.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:05"), Alias("ReportBot")]
    Task<GatePosition> ReportBot(BotGateReport report);

    /// <summary>Waits until every node has taken over <paramref name="position"/> or its lease time has passed.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:20"), Alias("WaitForAcknowledgement")]
    Task<Acknowledgements> WaitForAcknowledgement(GatePosition position);

    /// <summary>Engages the system's kill switch: takes effect first, is written after. Idempotent.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:20"), Alias("Kill")]
    Task<KillAnswer> Kill(string reason, Caller by);

    /// <summary>As <see cref="Kill"/>, for a kill that may come again: it is taken once, however often it is delivered.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:20"), Alias("DeliverKill")]
    Task<KillAnswer> DeliverKill(KillOrder order);

    /// <summary>Rehearses the kill's whole path without stopping anyone. Waits for runners as long as one renewal takes.</summary>
    [AlwaysInterleave, ResponseTimeout("00:01:15"), Alias("Drill")]
    Task<KillDrill> Drill(Caller by);

    [AlwaysInterleave, Alias("DisarmLive")]
    Task<ControlAnswer> DisarmLive(string reason, Caller by);
}

/// <summary>A place in the gate's history: nodes at or beyond it know everything up to it.</summary>
/// <param name="Bots">Counter of bot entries, apart from the system's version.</param>
[GenerateSerializer, Immutable, Alias("cp.GatePosition")]
public readonly record struct GatePosition([property: Id(0)] long Epoch, [property: Id(1)] long Version, [property: Id(2)] long Bots)
{
    /// <summary>True when a reader at this position knows everything up to <paramref name="other"/>.</summary>
    public bool Covers(GatePosition other) => Epoch > other.Epoch || (Epoch == other.Epoch && Version >= other.Version && Bots >= other.Bots);
}

/// <summary>A node asks for what came after its position.</summary>
/// <param name="HoldMs">How long the gate may hold the request open, at most 1,000 ms.</param>
/// <param name="Configuration">The node's build and a hash over its settings; a node that does not say counts as one of another version.</param>
[GenerateSerializer, Immutable, Alias("cp.GateFollowRequest")]
public sealed record GateFollowRequest([property: Id(0)] string Node, [property: Id(1)] GatePosition Known, [property: Id(2)] int HoldMs, [property: Id(3)] string? Configuration = null)
{
    /// <summary>What the node knows of the store from its own disk.</summary>
    [Id(40)] public StoreKnowledge? Store { get; init; }

    /// <summary>Whether the node is a silo, on which another gate could be.</summary>
    [Id(41)] public bool HostsGrains { get; init; }
}

/// <summary>A change or a renewal. The node's lease runs for <paramref name="ValidForMs"/> from the moment it sent the request.</summary>
/// <param name="System">The system's decision, or null when the node has it already.</param>
/// <param name="Refusal">When not <see cref="GateRefusal.None"/> the node may not rely on this gate, and the rest is empty.</param>
/// <param name="BotsComplete">True when <paramref name="Bots"/> replaces everything that the node holds; else it amends.</param>
[GenerateSerializer, Immutable, Alias("cp.GateUpdate")]
public sealed record GateUpdate(
    [property: Id(0)] GatePosition Position,
    [property: Id(1)] long ValidForMs,
    [property: Id(2)] GateSnapshot? System,
    [property: Id(3)] bool BotsComplete,
    [property: Id(4)] ImmutableArray<BotGateEntry> Bots,
    [property: Id(5)] GateRefusal Refusal = GateRefusal.None);

/// <summary>Why a node may not rely on the gate.</summary>
public enum GateRefusal
{
    None = 0,

    /// <summary>The node runs another build than the silo of the gate.</summary>
    OtherVersion = 1,

    /// <summary>The node has other settings than the silo of the gate.</summary>
    OtherConfiguration = 2,
}

/// <summary>A bot's report to the gate.</summary>
/// <param name="Sequence">Grows with every report of a bot's activation; an older one is ignored.</param>
/// <param name="LeaseValidForMs">0 without a live lease.</param>
/// <param name="Requires">Provider ids; empty means every gate.</param>
/// <param name="HeartbeatSaw">Position on which the answer to the lease's last heartbeat rested; null before the first.</param>
/// <param name="LostHoldingSince">Since when its runner is lost while it holds a position, or may hold one; null when that is not so.</param>
/// <param name="ReduceOnly">The lease allows exits and cancels alone.</param>
[GenerateSerializer, Immutable, Alias("cp.BotGateReport")]
public sealed record BotGateReport(
    [property: Id(0)] string BotId,
    [property: Id(1)] Guid Activation,
    [property: Id(2)] long Sequence,
    [property: Id(3)] long LeaseEpoch,
    [property: Id(4)] long LeaseValidForMs,
    [property: Id(5)] long Fence,
    [property: Id(6)] bool Killed,
    [property: Id(7)] bool Live,
    [property: Id(8)] long LiveArmedForMs,
    [property: Id(9)] bool TierAllowsLive,
    [property: Id(10)] ImmutableArray<string> Requires,
    [property: Id(11)] GatePosition? HeartbeatSaw = null,
    [property: Id(12)] string? RunnerId = null,
    [property: Id(13)] DateTimeOffset? LostHoldingSince = null,
    [property: Id(14)] bool ReduceOnly = false)
{
    /// <summary>The bot's kill switch; null while it is released.</summary>
    [Id(20)] public KillSwitch? Kill { get; init; }

    /// <summary>Ids of the newest kills of this bot that are engaged.</summary>
    [Id(21)] public ImmutableArray<Guid> Kills { get; init; } = [];

    /// <summary>Ids of the bot's kills that were released last.</summary>
    [Id(22)] public ImmutableArray<Guid> ReleasedKills { get; init; } = [];
}

/// <summary>A bot as a node may answer for it. Absent, expired or of another epoch: not allowed.</summary>
/// <param name="Gone">The node forgets the bot.</param>
/// <param name="Codes">Why <paramref name="TradingState"/> is not <see cref="TradingState.Active"/>.</param>
/// <param name="Exits">True when exits may pass, in whatever trading state.</param>
/// <param name="OpenForMs">How long it may be <see cref="TradingState.Active"/>, when that ends before the lease does: LIVE ends by itself.</param>
[GenerateSerializer, Immutable, Alias("cp.BotGateEntry")]
public sealed record BotGateEntry(
    [property: Id(0)] string BotId,
    [property: Id(1)] long LeaseEpoch,
    [property: Id(2)] long ValidForMs,
    [property: Id(3)] TradingState TradingState,
    [property: Id(4)] bool Gone,
    [property: Id(5)] ImmutableArray<string> Codes,
    [property: Id(6)] bool Exits = false,
    [property: Id(7)] long? OpenForMs = null)
{
    /// <summary>The bot's kill switch; null while it is released.</summary>
    [Id(20)] public KillSwitch? Kill { get; init; }

    /// <summary>Ids of the newest kills of this bot that are engaged.</summary>
    [Id(21)] public ImmutableArray<Guid> Kills { get; init; } = [];

    /// <summary>Ids of the bot's kills that were released last.</summary>
    [Id(22)] public ImmutableArray<Guid> ReleasedKills { get; init; } = [];
}

/// <summary>A component proves that it did work.</summary>
/// <param name="Instance">Changes when the component restarts; sequences of two instances are not comparable.</param>
/// <param name="Healthy">False when the work itself failed, for example the canary order was let through.</param>
/// <param name="AgeMs">How long ago the work was finished, on the component's own clock.</param>
[GenerateSerializer, Immutable, Alias("cp.ComponentProgress")]
public sealed record ComponentProgress(
    [property: Id(0)] string Component,
    [property: Id(1)] string Instance,
    [property: Id(2)] long Sequence,
    [property: Id(3)] bool Healthy,
    [property: Id(4)] string Message,
    [property: Id(5)] bool External,
    [property: Id(6)] long AgeMs = 0);

/// <summary>Whether progress was counted, and until when it counts.</summary>
[GenerateSerializer, Immutable, Alias("cp.ProgressReceipt")]
public sealed record ProgressReceipt([property: Id(0)] bool Counted, [property: Id(1)] long ValidForMs, [property: Id(2)] string? Why);

/// <summary>How many of those that must know do know.</summary>
[GenerateSerializer, Immutable, Alias("cp.Acknowledgements")]
public sealed record Acknowledgements([property: Id(0)] int Acknowledged, [property: Id(1)] int Total);

/// <summary>The answer to a kill.</summary>
[GenerateSerializer, Immutable, Alias("cp.KillAnswer")]
public sealed record KillAnswer(
    [property: Id(0)] bool Engaged,
    [property: Id(1)] bool Durable,
    [property: Id(2)] Acknowledgements Nodes,
    [property: Id(3)] Acknowledgements Runners,
    [property: Id(4)] KillSwitch Kill)
{
    /// <summary>True when this kill was taken before and has been released since: nothing is engaged by it any more.</summary>
    [Id(5)] public bool Superseded { get; init; }
}

/// <summary>The answer to a release, an arming or a disarming. Not <paramref name="Done"/> means that nothing has changed.</summary>
[GenerateSerializer, Immutable, Alias("cp.ControlAnswer")]
public sealed record ControlAnswer(
    [property: Id(0)] bool Done,
    [property: Id(1)] string? Code,
    [property: Id(2)] string? Message,
    [property: Id(3)] KillSwitch Kill,
    [property: Id(4)] LiveTrading Live);
