namespace ControlPlane.Cluster.Tests.Oracles;

/// <summary>One answer of a gate as an outsider got it. Times are of the recorder's own monotonic clock.</summary>
/// <param name="Node">The process that answered.</param>
/// <param name="Bot">The bot that was asked for, or null for the system.</param>
/// <param name="Open">True when the answer let something pass: OK or DEGRADED for the system, allowed for a bot.</param>
internal sealed record Sighting(string Node, string? Bot, long Epoch, long Version, bool Open, TimeSpan SentAt, TimeSpan ReceivedAt);

/// <summary>A stretch in which nothing may be open, whatever any node believes.</summary>
/// <param name="From">Questions sent after this moment may get no open answer.</param>
/// <param name="Until">Until then.</param>
internal sealed record ClosedStretch(string Why, TimeSpan From, TimeSpan Until);

/// <summary>A recorded change of the system's status, as the store has it.</summary>
internal sealed record Committed(long Epoch, long Version, bool Open);
