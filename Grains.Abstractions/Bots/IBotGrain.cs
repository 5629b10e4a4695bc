using System.Collections.Immutable;
using Orleans.Concurrency;

namespace ControlPlane.Abstractions;

/// <summary>One bot as bots and runners use it: its configuration, its runner's lease, its kill switch, its traces, its orders. What only an operator
/// may do is <see cref="IBotAdminGrain"/>. The key is the bot's id.</summary>
[Alias("cp.IBotGrain")]
public interface IBotGrain : IBotTraceGrain, IBotRiskGrain
{
    /// <summary>Registers or updates. A change that loosens takes an operator's signature, and is in the audit log first.</summary>
    [Alias("Register")]
    Task<BotAnswer> Register(BotRegistration registration, Caller by);

    /// <summary>The bot with its readiness, or null when it is not registered.</summary>
    [AlwaysInterleave, Alias("Get")]
    Task<BotView?> Get();

    /// <summary>Safe start: grants a lease under a new epoch, or names everything that denies it.</summary>
    [Alias("Start")]
    Task<StartAnswer> Start(RunnerStart start, Caller by);

    /// <summary>Renews the lease, under HALT too.</summary>
    [AlwaysInterleave, Alias("Heartbeat")]
    Task<HeartbeatAnswer> Heartbeat(string runnerId, long epoch, Caller by);

    /// <summary>Always succeeds; an old epoch changes nothing.</summary>
    [Alias("Stop")]
    Task<BotAnswer> Stop(string runnerId, long epoch, Caller by);

    [AlwaysInterleave, Alias("Kill")]
    Task<KillAnswer?> Kill(string reason, Caller by);

    /// <summary>As <see cref="Kill"/>, for a kill that may come again. Null when no such bot is registered.</summary>
    [AlwaysInterleave, Alias("DeliverKill")]
    Task<KillAnswer?> DeliverKill(KillOrder order);

    [AlwaysInterleave, Alias("DisarmLive")]
    Task<BotAnswer> DisarmLive(string reason, Caller by);

    /// <summary>Evaluates the bot's score again and steps its tier. Called for bots with new evidence, a few at a time.</summary>
    [AlwaysInterleave, Alias("EvaluateAutonomy")]
    Task EvaluateAutonomy();

    /// <summary>The bot's autonomy from its evidence as it stands now, or null when it is not registered.</summary>
    [AlwaysInterleave, Alias("GetAutonomy")]
    Task<AutonomyReport?> GetAutonomy();

    /// <summary>Records that the lease ran out or that a start never came alive, if that is so. Returns whether it was.</summary>
    [Alias("ExpireLease")]
    Task<bool> ExpireLease();

    /// <summary>Reports the runner's state to the gate and the directory again: either may have lost it with its activation.</summary>
    [AlwaysInterleave, Alias("Reassert")]
    Task Reassert();

    /// <summary>The one generation of which a token of this bot counts, also before the bot is registered; null when it is not known now.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:02"), Alias("TokenGeneration")]
    Task<long?> TokenGeneration();

    /// <summary>What this bot reaches through the gateway; null when it is not known now. Nodes keep it for less than the gate's lease.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:02"), Alias("GatewayReach")]
    Task<GatewayReach?> GatewayReach();
}

/// <summary>What a bot reaches through the gateway.</summary>
/// <param name="Generation">The one generation of which its own token counts.</param>
/// <param name="Registered">False for an id that no bot has.</param>
/// <param name="Providers">Those that it was created with or an operator gave it, and those that it may use.</param>
[GenerateSerializer, Immutable, Alias("cp.GatewayReach")]
public sealed record GatewayReach([property: Id(0)] long Generation, [property: Id(1)] bool Registered, [property: Id(2)] ImmutableHashSet<string> Providers);

/// <summary>What came of a call. <paramref name="Code"/> is null when it was done.</summary>
[GenerateSerializer, Immutable, Alias("cp.BotAnswer")]
public sealed record BotAnswer([property: Id(0)] string? Code, [property: Id(1)] string? Message, [property: Id(2)] BotView? Bot)
{
    public bool Done => Code is null;
}

/// <summary>Durations of a runner's lease, which the runner counts from the moment it sent its request.</summary>
[GenerateSerializer, Immutable, Alias("cp.LeaseTerms")]
public sealed record LeaseTerms([property: Id(0)] long TtlMs, [property: Id(1)] long RenewEveryMs, [property: Id(2)] long StopByMs);

/// <summary>A granted start, or everything that denies it.</summary>
[GenerateSerializer, Immutable, Alias("cp.StartAnswer")]
public sealed record StartAnswer
{
    [Id(0)] public bool Granted { get; init; }

    /// <summary>Code of the first blocker when denied; <see cref="Codes.UnknownBot"/> or <see cref="Codes.DataUnavailable"/> when it was not even decided.</summary>
    [Id(1)] public string? Code { get; init; }
    [Id(2)] public long Epoch { get; init; }
    [Id(3)] public LeaseTerms? Lease { get; init; }
    [Id(4)] public ImmutableArray<Blocker> Blockers { get; init; } = [];
    [Id(5)] public ImmutableArray<PathStep> PathToOk { get; init; } = [];
    [Id(6)] public TradingState TradingState { get; init; }
    [Id(7)] public SystemStatus SystemStatus { get; init; }
    [Id(8)] public GatePosition Gate { get; init; }

    /// <summary>How long a runner that restarts over and over must wait; null otherwise.</summary>
    [Id(9)] public int? RetryAfterSeconds { get; init; }

    /// <summary>True for a lease under which only exits and cancels pass, for as long as it lives.</summary>
    [Id(10)] public bool ReduceOnly { get; init; }
}

/// <summary>The answer to a heartbeat. With a <paramref name="Code"/> the lease is fenced and the runner must stop.</summary>
/// <param name="Exits">Whether exits may pass, under HALT too.</param>
[GenerateSerializer, Immutable, Alias("cp.HeartbeatAnswer")]
public sealed record HeartbeatAnswer(
    [property: Id(0)] string? Code,
    [property: Id(1)] string? Message,
    [property: Id(2)] Directive Directive,
    [property: Id(3)] LeaseTerms? Lease,
    [property: Id(4)] TradingState TradingState,
    [property: Id(5)] SystemStatus SystemStatus,
    [property: Id(6)] GatePosition Gate,
    [property: Id(7)] bool Exits = false);
