namespace ControlPlane.Cluster.Tests.Oracles;

/// <summary>One answer of a gate as an outsider got it. Times are of the recorder's own monotonic clock.</summary>
/// <param name="Node">The process that answered.</param>
/// <param name="Bot">The bot that was asked for, with the epoch of its lease as <c>bot/3</c>, or null for the system.</param>
/// <param name="Open">True when the answer let something pass: OK or DEGRADED for the system, allowed for a bot.</param>
internal sealed record Sighting(string Node, string? Bot, long Epoch, long Version, bool Open, TimeSpan SentAt, TimeSpan ReceivedAt)
{
    /// <summary>True for what came without a question: it may have been under way for a moment, so it speaks of a time before it came.</summary>
    public bool Pushed { get; init; }

    /// <summary>What it says is not older than this.</summary>
    public TimeSpan SpeaksOf => Pushed ? SentAt - TimeSpan.FromSeconds(1) : SentAt;
}

/// <summary>A stretch in which nothing may be open, whatever any node believes.</summary>
/// <param name="From">Questions sent after this moment may get no open answer.</param>
/// <param name="Until">Until then.</param>
internal sealed record ClosedStretch(string Why, TimeSpan From, TimeSpan Until)
{
    /// <summary>The only node that it holds for, or null for all.</summary>
    public string? Node { get; init; }

    /// <summary>The only bot and lease that it holds for, or null for all.</summary>
    public string? Bot { get; init; }

    /// <summary>The last epoch that it holds for, or null for all.</summary>
    public long? UpToEpoch { get; init; }

    public bool Forbids(Sighting seen) =>
        seen.Open && seen.SpeaksOf > From && seen.ReceivedAt < Until
        && (Node is null || Node == seen.Node) && (Bot is null || Bot == seen.Bot) && (UpToEpoch is null || seen.Epoch <= UpToEpoch);
}

/// <summary>A recorded change of the system's status, as the store has it.</summary>
internal sealed record Committed(long Epoch, long Version, bool Open);
