using System.Collections.Immutable;

namespace ControlPlane.Abstractions;

/// <summary>A bot's configuration.</summary>
/// <param name="Requires">Ids of providers it needs; empty means every gate.</param>
/// <param name="RiskLimits">Limit name to value; a smaller value is tighter, but for <c>duplicate_order_seconds</c>.</param>
/// <param name="AllowedSymbols">The only symbols that it may open positions in; null means any.</param>
/// <param name="Model">Name of the strategy or model that decides, as far as it was declared.</param>
/// <param name="Terms">What only an operator declares; null for nothing.</param>
[GenerateSerializer, Immutable, Alias("cp.BotSpec")]
public sealed record BotSpec(
    [property: Id(0)] string Name,
    [property: Id(1)] string? UserId,
    [property: Id(2)] ImmutableSortedSet<string> Requires,
    [property: Id(3)] TradingMode Mode,
    [property: Id(4)] ImmutableSortedDictionary<string, decimal> RiskLimits,
    [property: Id(5)] ImmutableSortedSet<string>? AllowedSymbols = null,
    [property: Id(6)] string? Model = null,
    [property: Id(7)] BotTerms? Terms = null);

/// <summary>A request to register or update; what is null stays as it is, or takes its default on the first call.</summary>
/// <param name="AllowedSymbols"><c>*</c> alone means any symbol again; an empty set means none.</param>
/// <param name="Terms">Of each part what is null stays.</param>
[GenerateSerializer, Immutable, Alias("cp.BotRegistration")]
public sealed record BotRegistration(
    [property: Id(0)] string Name,
    [property: Id(1)] string? UserId,
    [property: Id(2)] ImmutableSortedSet<string>? Requires,
    [property: Id(3)] TradingMode? Mode,
    [property: Id(4)] ImmutableSortedDictionary<string, decimal>? RiskLimits,
    [property: Id(5)] ImmutableSortedSet<string>? AllowedSymbols = null,
    [property: Id(6)] string? Model = null,
    [property: Id(7)] BotTerms? Terms = null);

/// <summary>A bot's runner.</summary>
/// <param name="Since">Since when it is in this state; null when that is not known.</param>
[GenerateSerializer, Immutable, Alias("cp.RunnerView")]
public sealed record RunnerView(
    [property: Id(0)] RunnerState State,
    [property: Id(1)] string? RunnerId,
    [property: Id(2)] long Epoch,
    [property: Id(3)] DateTimeOffset? LastHeartbeatAt,
    [property: Id(4)] DateTimeOffset? Since = null)
{
    /// <summary>What it must do now; null without a live lease.</summary>
    [Id(5)] public Directive? Directive { get; init; }

    /// <summary>The directive in the answer to its last heartbeat; null before the first of the lease.</summary>
    [Id(6)] public Directive? Heard { get; init; }
}

/// <summary>Readiness of a bot, in the words of the system's status.</summary>
[GenerateSerializer, Immutable, Alias("cp.BotView")]
public sealed record BotView
{
    [Id(0)] public required string BotId { get; init; }
    [Id(1)] public required BotSpec Spec { get; init; }
    [Id(2)] public SystemStatus Readiness { get; init; }
    [Id(3)] public ImmutableArray<Blocker> Blockers { get; init; } = [];
    [Id(4)] public ImmutableArray<PathStep> PathToOk { get; init; } = [];
    [Id(5)] public AutonomyTier Tier { get; init; }

    /// <summary>0..100, or null without enough evidence.</summary>
    [Id(6)] public double? Score { get; init; }
    [Id(7)] public RunnerView Runner { get; init; } = new(RunnerState.Stopped, null, 0, null);
    [Id(8)] public KillSwitch Kill { get; init; } = KillSwitch.Released;
    [Id(9)] public LiveTrading Live { get; init; } = LiveTrading.Disarmed;

    /// <summary>The one generation of which the bot's own token counts.</summary>
    [Id(40)] public long Generation { get; init; }

    /// <summary>Null for a bot from before it was kept.</summary>
    [Id(50)] public DateTimeOffset? RegisteredAt { get; init; }
    [Id(10)] public DateTimeOffset? LastDecisionAt { get; init; }
    [Id(11)] public long? Trades24h { get; init; }
    [Id(12)] public decimal? Pnl24h { get; init; }

    /// <summary>Of <see cref="Pnl24h"/>.</summary>
    [Id(41)] public string? PnlCurrency { get; init; }

    /// <summary>What informs about the bot and blocks nothing.</summary>
    [Id(13)] public ImmutableArray<Reason> Reasons { get; init; } = [];

    /// <summary>Figures that could not be read.</summary>
    [Id(14)] public ImmutableArray<UnavailableField> Unavailable { get; init; } = [];

    /// <summary>Null while the bot has reported no cycle, or when that could not be read.</summary>
    [Id(15)] public BlindSpot? Blind { get; init; }
}
