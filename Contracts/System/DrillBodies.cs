namespace ControlPlane.Contracts;

/// <summary>A kill drill: the whole path, without stopping a bot.</summary>
/// <param name="TookMs">From the gate's publication to the last acknowledgement, or to the end of the wait.</param>
/// <param name="By">Who asked for it.</param>
/// <param name="StoreMs">How long the store took to write the kill switch; null when it did not in time.</param>
/// <param name="Recorded">False when it could not be written to the list of drills.</param>
public sealed record KillDrillAnswer(
    DateTimeOffset At,
    long TookMs,
    IReadOnlyList<DrillNodeRow> Nodes,
    IReadOnlyList<DrillRunnerRow> Runners,
    string TraceId,
    string? By = null,
    double? StoreMs = null,
    bool Recorded = true);

/// <param name="Ms">Time to its acknowledgement; null when it did not answer and its lease had to run out.</param>
public sealed record DrillNodeRow(string Node, bool Acknowledged, double? Ms);

/// <param name="Ms">Time to the heartbeat whose answer had it; null when none came in time.</param>
public sealed record DrillRunnerRow(string BotId, string RunnerId, bool Acknowledged, double? Ms);
