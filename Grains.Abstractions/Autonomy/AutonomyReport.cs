using System.Collections.Immutable;

namespace ControlPlane.Abstractions;

/// <summary>How much autonomy a bot has earned, as it was worked out from its evidence.</summary>
/// <param name="Score">0 to 100; null when no factor is known, or when the evidence could not be read.</param>
/// <param name="AwaitsPerson">True when the evidence allows the next tier and only an operator's confirmation is missing.</param>
/// <param name="Code">Null when the evidence was read.</param>
/// <param name="Bot">The bot's readiness at the same moment.</param>
[GenerateSerializer, Immutable, Alias("cp.AutonomyReport")]
public sealed record AutonomyReport(
    [property: Id(0)] AutonomyTier Tier,
    [property: Id(1)] double? Score,
    [property: Id(2)] DateTimeOffset AsOf,
    [property: Id(3)] ImmutableArray<AutonomyFactor> Factors,
    [property: Id(4)] AutonomyTier? NextTier,
    [property: Id(5)] double? ScoreForNextTier,
    [property: Id(6)] bool NextTierNeedsPerson,
    [property: Id(7)] bool AwaitsPerson,
    [property: Id(8)] string Formula,
    [property: Id(9)] ImmutableArray<AutonomyNeed> Needs,
    [property: Id(10)] ImmutableArray<AutonomyStep>? History,
    [property: Id(11)] string? Code,
    [property: Id(12)] BotView Bot);

/// <summary>One factor.</summary>
/// <param name="Score">0 to 1; null without enough evidence.</param>
/// <param name="EffectiveN">Null when the evidence could not be read.</param>
/// <param name="Days">Distinct UTC days on which evidence came; null when it could not be read.</param>
[GenerateSerializer, Immutable, Alias("cp.AutonomyFactor")]
public sealed record AutonomyFactor(
    [property: Id(0)] string Name,
    [property: Id(1)] double? Score,
    [property: Id(2)] double Weight,
    [property: Id(3)] double? EffectiveN,
    [property: Id(4)] string Window,
    [property: Id(5)] string Evidence,
    [property: Id(6)] string Formula,
    [property: Id(7)] int? Days = null);

/// <summary>Something that the next tier still needs.</summary>
/// <param name="Code"><c>SCORE</c>, <c>EVIDENCE</c>, <c>DAYS</c>, <c>FACTOR_UNKNOWN</c>, <c>HOLD</c>, <c>VIOLATION</c>, <c>PERSON</c> or <c>DATA_UNAVAILABLE</c>.</param>
[GenerateSerializer, Immutable, Alias("cp.AutonomyNeed")]
public sealed record AutonomyNeed(
    [property: Id(0)] string Code,
    [property: Id(1)] string? Factor,
    [property: Id(2)] double? Have,
    [property: Id(3)] double? Need,
    [property: Id(4)] string Text);

/// <summary>A past score, or a step between tiers.</summary>
[GenerateSerializer, Immutable, Alias("cp.AutonomyStep")]
public sealed record AutonomyStep(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1)] AutonomyTier Tier,
    [property: Id(2)] double? Score,
    [property: Id(3)] string Reason,
    [property: Id(4)] string? By);
