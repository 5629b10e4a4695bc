namespace ControlPlane.Contracts;

/// <summary>What the next tier of each bot asked for still needs.</summary>
/// <param name="Unavailable">Bots whose autonomy could not be read, by their id.</param>
public sealed record NextTiersAnswer(IReadOnlyList<NextTierRow> Items, IReadOnlyList<UnavailableRow> Unavailable, string TraceId);

/// <summary>What a bot's next tier still needs.</summary>
/// <param name="NextTier">Null at the top.</param>
/// <param name="ScoreForNextTier">Score that it needs; null at the top.</param>
/// <param name="Need">The first thing that is missing; null when nothing is.</param>
public sealed record NextTierRow(string BotId, AutonomyTier? NextTier, double? ScoreForNextTier, AutonomyNeedRow? Need);
