using System.Collections.Immutable;

namespace ControlPlane.Abstractions;

/// <summary>One gate as decided.</summary>
/// <param name="Reason">One word in PascalCase, for programs, for example <c>NoProviderConnected</c>.</param>
/// <param name="Required">False when policy lets the system be OK without this gate.</param>
[GenerateSerializer, Immutable, Alias("cp.GateCondition")]
public sealed record GateCondition(
    [property: Id(0)] string Gate,
    [property: Id(1)] GateStatus Status,
    [property: Id(2)] bool Degraded,
    [property: Id(3)] string Reason,
    [property: Id(4)] string Message,
    [property: Id(5)] DateTimeOffset Since,
    [property: Id(6)] DateTimeOffset ObservedAt,
    [property: Id(7)] DateTimeOffset ValidUntil,
    [property: Id(8)] ImmutableArray<string> Providers,
    [property: Id(9)] bool Required)
{
    public bool Healthy => Status == GateStatus.True;
}

/// <summary>Something that keeps the system or a bot from acting on its own, and the way out.</summary>
/// <param name="Scope"><c>system</c> or <c>bot</c>.</param>
[GenerateSerializer, Immutable, Alias("cp.Blocker")]
public sealed record Blocker(
    [property: Id(0)] string Code,
    [property: Id(1)] Severity Severity,
    [property: Id(2)] string Scope,
    [property: Id(3)] string? Gate,
    [property: Id(4)] string? Provider,
    [property: Id(5)] string? BotId,
    [property: Id(6)] string Message,
    [property: Id(7)] string? SuggestedFix,
    [property: Id(8)] DateTimeOffset Since,
    [property: Id(9)] string? EvidenceTraceId)
{
    [Id(10)] public Resolution Resolution { get; init; }

    /// <summary>Of a self-healing one: the time after <see cref="Since"/> from which it is manual.</summary>
    [Id(11)] public TimeSpan? ManualAfter { get; init; }

    /// <summary>A blocker with its own reason.</summary>
    public static Blocker From(Reason reason, Severity severity, string? gate = null, string? provider = null, string? evidenceTraceId = null) =>
        new(reason.Code, severity, "system", gate, provider, null, reason.Message, reason.SuggestedFix, reason.Since, evidenceTraceId)
        {
            Resolution = reason.Resolution,
            ManualAfter = reason.ManualAfter,
        };

    /// <summary>The blocker as it stands at <paramref name="now"/>: manual once it had its time to heal.</summary>
    public Blocker At(DateTimeOffset now) =>
        Resolution == Resolution.SelfHealing && ManualAfter is { } after && now - Since >= after ? this with { Resolution = Resolution.Manual } : this;
}

/// <summary>One human action on the way to OK.</summary>
/// <param name="Action"><c>set_policy</c>, <c>set_env</c>, <c>fix_env</c>, <c>verify</c>, <c>wait</c>, <c>release_kill</c>, <c>arm_live</c>, <c>promote</c>, <c>stop_runner</c> or <c>inspect</c>.</param>
[GenerateSerializer, Immutable, Alias("cp.PathStep")]
public sealed record PathStep(
    [property: Id(0)] int Step,
    [property: Id(1)] string Action,
    [property: Id(2)] string? Provider,
    [property: Id(3)] ImmutableArray<string> Variables,
    [property: Id(4)] string Text)
{
    /// <summary>Providers of which any one will do, easiest first; the first is <see cref="Provider"/>. Empty where it must be that one.</summary>
    [Id(5)] public ImmutableArray<PathChoice> AnyOf { get; init; } = [];
}

/// <summary>A provider that would do, and the variables that it lacks.</summary>
[GenerateSerializer, Immutable, Alias("cp.PathChoice")]
public sealed record PathChoice(
    [property: Id(0)] string Provider,
    [property: Id(1)] ImmutableArray<string> Variables);

/// <summary>A kill switch, of the system or of a bot.</summary>
/// <param name="Durable">False while the engagement is not on disk yet; it holds in any case.</param>
[GenerateSerializer, Immutable, Alias("cp.KillSwitch")]
public sealed record KillSwitch(
    [property: Id(0)] bool Engaged,
    [property: Id(1)] string? Reason,
    [property: Id(2)] string? By,
    [property: Id(3)] DateTimeOffset? Since,
    [property: Id(4)] bool Durable)
{
    public static KillSwitch Released { get; } = new(false, null, null, null, true);
}

/// <summary>Whether LIVE trading is armed, and until when.</summary>
[GenerateSerializer, Immutable, Alias("cp.LiveTrading")]
public sealed record LiveTrading([property: Id(0)] bool Armed, [property: Id(1)] DateTimeOffset? Until, [property: Id(2)] string? By)
{
    public static LiveTrading Disarmed { get; } = new(false, null, null);
}

/// <summary>What the gate holds about one provider, for the readiness of bots that require it.</summary>
/// <param name="Mandatory">True when the system needs this very provider, whatever others do.</param>
/// <param name="Verifiable">False when no harmless verify exists: such a provider can hold no gate.</param>
[GenerateSerializer, Immutable, Alias("cp.ProviderCondition")]
public sealed record ProviderCondition(
    [property: Id(0)] string Provider,
    [property: Id(1)] string Name,
    [property: Id(2)] string Category,
    [property: Id(3)] ProviderState State,
    [property: Id(4)] ImmutableArray<Reason> Reasons,
    [property: Id(5)] ImmutableArray<string> MissingVariables,
    [property: Id(6)] string? EvidenceTraceId,
    [property: Id(7)] bool Mandatory = false,
    [property: Id(8)] bool Verifiable = true)
{
    /// <summary>Bots whose own calls to this provider fail: each is degraded by it.</summary>
    [Id(20)] public ImmutableArray<string> FailingBots { get; init; } = [];

    /// <summary>The environment that a broker was verified in.</summary>
    [Id(21)] public string? Environment { get; init; }

    /// <summary>What the key may do; what is not listed is unknown.</summary>
    [Id(22)] public ImmutableArray<KeyCapability> Capabilities { get; init; } = [];

    /// <summary>Whether it degrades this very bot.</summary>
    public bool FailsFor(string botId) => !FailingBots.IsDefault && FailingBots.Contains(botId);

    public bool Connected => State is ProviderState.Connected or ProviderState.Degraded;
}

/// <summary>The gate's decision about the system. Immutable; ordered by (<see cref="Epoch"/>, <see cref="Version"/>).</summary>
[GenerateSerializer, Immutable, Alias("cp.GateSnapshot")]
public sealed record GateSnapshot
{
    /// <summary>Grows with every activation of the gate, in the store, with an ETag.</summary>
    [Id(0)] public required long Epoch { get; init; }

    /// <summary>Grows with every published change within an epoch.</summary>
    [Id(1)] public required long Version { get; init; }
    [Id(2)] public required SystemStatus Status { get; init; }
    [Id(3)] public required TradingState TradingState { get; init; }
    [Id(4)] public ImmutableArray<GateCondition> Gates { get; init; } = [];
    [Id(5)] public ImmutableArray<Blocker> Blockers { get; init; } = [];
    [Id(6)] public ImmutableArray<PathStep> PathToOk { get; init; } = [];
    [Id(7)] public KillSwitch Kill { get; init; } = KillSwitch.Released;
    [Id(8)] public LiveTrading Live { get; init; } = LiveTrading.Disarmed;

    /// <summary>Grows with every release of the system's kill switch; leases granted under a lower fence are void.</summary>
    [Id(9)] public long Fence { get; init; }
    [Id(10)] public ImmutableDictionary<string, ProviderCondition> Providers { get; init; } = ImmutableDictionary<string, ProviderCondition>.Empty;
    [Id(11)] public DateTimeOffset DecidedAt { get; init; }

    /// <summary>The trace that the decision came from, or null for one that time alone brought about.</summary>
    [Id(12)] public string? TraceId { get; init; }

    /// <summary>Ids of the newest kills that are engaged. A node keeps each on its disk until it hears of its release.</summary>
    [Id(13)] public ImmutableArray<Guid> EngagedKills { get; init; } = [];

    /// <summary>Ids of the kills that were released last.</summary>
    [Id(14)] public ImmutableArray<Guid> ReleasedKills { get; init; } = [];

    /// <summary>How far the gate's row in the store has come.</summary>
    [Id(40)] public StoreStatus Store { get; init; } = StoreStatus.None;

    /// <summary>The blocker <c>STORE_REPLACED</c>; null without it. While it stands, figures from the store are unknown.</summary>
    public Blocker? StoreDoubt() => Blockers.FirstOrDefault(b => b.Code == Codes.StoreReplaced);

    public bool AutonomyAllowed => Status != SystemStatus.Blocked;
}
