using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains;

/// <summary>The table <c>integration_verifications</c>. Methods throw when the store cannot be read or written.</summary>
public interface IVerificationStore
{
    Task AppendAsync(VerificationRecord record, CancellationToken cancellationToken);

    Task<Page<VerificationRecord>> PageAsync(string provider, int limit, string? before, CancellationToken cancellationToken);
}

/// <summary>The table <c>gate_transitions</c>.</summary>
public interface ITransitionStore
{
    /// <summary>Writes the transitions of one decision together.</summary>
    Task AppendAsync(IReadOnlyList<GateTransition> transitions, CancellationToken cancellationToken);

    /// <param name="from">Inclusive, or null.</param>
    /// <param name="to">Exclusive, or null.</param>
    Task<Page<GateTransition>> PageAsync(DateTimeOffset? from, DateTimeOffset? to, int limit, string? before, CancellationToken cancellationToken);

    /// <summary>The last transition with a decision at or before <paramref name="at"/>, or null.</summary>
    Task<GateTransition?> LastDecisionAsync(DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Writes how far a stretch of the gate's presence reaches; the same epoch and beginning again moves its end.</summary>
    Task MarkPresenceAsync(GatePresence presence, CancellationToken cancellationToken);

    /// <summary>The stretch of presence that began last at or before <paramref name="at"/>, or null.</summary>
    Task<GatePresence?> PresenceAsync(DateTimeOffset at, CancellationToken cancellationToken);
}

/// <summary>The table <c>gate_presence</c>: a stretch of time in which the gate renewed its lease without a gap.
/// A recorded decision counts within such an interval only: a crash writes no end.</summary>
/// <param name="Until">End of the last lease that was written.</param>
public sealed record GatePresence(long Epoch, DateTimeOffset From, DateTimeOffset Until);

/// <summary>The table <c>kill_drills</c>.</summary>
public interface IKillDrillStore
{
    Task AppendAsync(KillDrill drill, CancellationToken cancellationToken);

    Task<Page<KillDrill>> PageAsync(int limit, string? before, CancellationToken cancellationToken);
}

/// <summary>The table <c>audit_log</c>.</summary>
public interface IAuditStore
{
    /// <summary>The newest entry, or null.</summary>
    Task<AuditEntry?> HeadAsync(CancellationToken cancellationToken);

    /// <summary>Writes an entry; throws when one with its sequence exists.</summary>
    Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken);

    Task<Page<AuditEntry>> PageAsync(int limit, string? before, CancellationToken cancellationToken);

    /// <summary>Entries from <paramref name="fromSequence"/> on, oldest first, at most <paramref name="limit"/>.</summary>
    Task<ImmutableArray<AuditEntry>> ReadForwardAsync(long fromSequence, int limit, CancellationToken cancellationToken);
}

/// <summary>The table <c>bots</c>: one row a registered bot, for listings.</summary>
public interface IBotIndex
{
    Task UpsertAsync(BotIndexRow row, CancellationToken cancellationToken);

    /// <summary>Makes room for a bot that is new: false when there are <paramref name="max"/> others already, and then nothing is written. Of bots that
    /// come at the same time no more than there is room for get in.</summary>
    Task<bool> TryAddAsync(BotIndexRow row, int max, CancellationToken cancellationToken);

    /// <summary>Takes a bot off the list. One that is not on it is none the less.</summary>
    Task RemoveAsync(string botId, CancellationToken cancellationToken);

    Task<ImmutableArray<BotIndexRow>> ListAsync(CancellationToken cancellationToken);
}

/// <summary>A bot's registration as listings need it.</summary>
/// <param name="RegisteredAt">Null for a bot from before it was kept.</param>
/// <param name="RunnerWatched">True while a runner holds the bot's lease, or was lost.</param>
public sealed record BotIndexRow(string BotId, BotSpec Spec, AutonomyTier Tier, KillSwitch Kill, bool RunnerWatched = false, DateTimeOffset? RegisteredAt = null);

/// <summary>Whether the store answers.</summary>
public interface IStoreProbe
{
    /// <summary>Reads and, cheaply, proves that it could write; throws when it cannot.</summary>
    Task ProbeAsync(CancellationToken cancellationToken);
}
