namespace ControlPlane.Grains.Bots.Policy;

/// <summary>Whether a score makes history.</summary>
internal static class ScoreHistoryPolicy
{
    /// <summary>A change of the score by less than this makes no history.</summary>
    private const double NotableChange = 0.5;
    private static readonly TimeSpan s_every = TimeSpan.FromMinutes(1);

    /// <summary>The first score and the loss of the score are recorded at once, a change once a minute at most.</summary>
    /// <param name="score">Null when there is none.</param>
    public static bool IsNotable(AutonomyStatus before, double? score, DateTimeOffset at) =>
        before.RecordedScore is null != score is null
        || (Math.Abs((before.RecordedScore ?? 0) - (score ?? 0)) >= NotableChange && !(at - before.RecordedAt < s_every));
}
