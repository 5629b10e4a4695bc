namespace ControlPlane.Contracts;

/// <summary>A rehearsal of the kill: the whole path, and nobody was stopped.</summary>
/// <param name="TookMs">From the request to the last acknowledgement.</param>
public sealed record KillDrillAnswer(
    DateTimeOffset At,
    long TookMs,
    IReadOnlyList<DrillNodeRow> Nodes,
    IReadOnlyList<DrillRunnerRow> Runners,
    string TraceId);

/// <param name="Ms">Time to its acknowledgement; null when it did not answer and its lease had to run out.</param>
public sealed record DrillNodeRow(string Node, bool Acknowledged, double? Ms);

/// <param name="Ms">Time to the heartbeat that heard of it; null when none came in time.</param>
public sealed record DrillRunnerRow(string BotId, string RunnerId, bool Acknowledged, double? Ms);
