namespace ControlPlane.Contracts;

/// <summary>How much autonomy a bot has earned, and what is missing for more.</summary>
/// <param name="Score">0 to 100: 100 times the weighted geometric mean of the known factors; null while fewer than three are known.</param>
/// <param name="ScoreForNextTier">Score that the next tier needs; null at the top.</param>
/// <param name="Formula">How the score was worked out, in words and numbers.</param>
public sealed record AutonomyAnswer(
    string BotId,
    AutonomyTier Tier,
    double? Score,
    DateTimeOffset AsOf,
    IReadOnlyList<AutonomyFactorRow> Breakdown,
    AutonomyTier? NextTier,
    double? ScoreForNextTier,
    bool NextTierNeedsPerson,
    string Formula,
    IReadOnlyList<AutonomyNeedRow> Needs,
    IReadOnlyList<AutonomyHistoryRow>? History,
    IReadOnlyList<BlockerRow> Blockers,
    IReadOnlyList<UnavailableRow> Unavailable,
    string TraceId);

/// <summary>One factor.</summary>
/// <param name="Score">0 to 1; null without enough evidence, which caps the tier.</param>
/// <param name="N">Effective number of observations (Kish); null when they could not be read.</param>
/// <param name="Window">The time that counts, for example <c>30 d, half-life 7 d</c>.</param>
/// <param name="Evidence">What was counted, in words.</param>
public sealed record AutonomyFactorRow(string Factor, double? Score, double Weight, double? N, string Window, string Evidence, string Formula)
{
    /// <summary>Distinct UTC days on which evidence came; null when it could not be read.</summary>
    public int? Days { get; init; }
}

/// <summary>Something that the next tier still needs.</summary>
public sealed record AutonomyNeedRow(string Code, string? Factor, double? Have, double? Need, string Text);

/// <summary>A past score or a step between tiers.</summary>
public sealed record AutonomyHistoryRow(DateTimeOffset At, AutonomyTier Tier, double? Score, string Reason, string? By);
