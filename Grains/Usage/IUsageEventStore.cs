using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Usage;

/// <summary>The table <c>integration_usage_events</c>. Every method throws when the store cannot be read or written.</summary>
public interface IUsageEventStore
{
    /// <summary>Commits the events of one call together. When the task completes they are on disk.
    /// An event id that is retained already, or that stands in the batch before, is a duplicate and is not written.</summary>
    Task<UsageAppend> AppendAsync(IReadOnlyList<UsageEvent> events, CancellationToken cancellationToken);

    /// <summary>Counts by second of <c>occurred_at</c> since <paramref name="from"/>, and the last use ever retained that is not after
    /// <paramref name="now"/>.</summary>
    Task<UsageWindowRead> ReadWindowAsync(string provider, DateTimeOffset from, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Buckets of one hour counted from <paramref name="from"/>, a whole second: the first begins there. Those without events
    /// are left out.</summary>
    Task<ImmutableArray<UsageHour>> ReadHoursAsync(string provider, DateTimeOffset from, CancellationToken cancellationToken);

    /// <summary>Bots that used the provider since <paramref name="from"/>, most recent first, at most 100.</summary>
    Task<ImmutableArray<string>> ReadBotsAsync(string provider, DateTimeOffset from, CancellationToken cancellationToken);

    /// <summary>Events of a provider, newest first.</summary>
    /// <param name="before">The cursor of the page before, or null for the first.</param>
    Task<Page<UsageEvent>> PageAsync(string provider, int limit, string? before, CancellationToken cancellationToken);

    /// <summary>Events of a provider that failed, newest first: their status is not ok. Takes the cursors of <see cref="PageAsync"/> too.</summary>
    Task<Page<UsageEvent>> PageFailedAsync(string provider, int limit, string? before, CancellationToken cancellationToken);

    /// <summary>Removes what is older than the retention; returns how many events went.</summary>
    Task<long> PurgeAsync(DateTimeOffset olderThan, CancellationToken cancellationToken);
}

/// <summary>What a commit did.</summary>
/// <param name="Written">For each event of the call, in order: true when it was written, false for a duplicate.</param>
/// <param name="CommitSequence">Grows with every commit of the store.</param>
public sealed record UsageAppend(ImmutableArray<bool> Written, long CommitSequence);

/// <summary>A provider's window as the store has it.</summary>
/// <param name="CommitSequence">Every commit up to it is in the counts.</param>
public sealed record UsageWindowRead(
    long CommitSequence,
    ImmutableArray<UsageSecond> Seconds,
    DateTimeOffset? LastUsedAt,
    string? LastUsedByBot);
