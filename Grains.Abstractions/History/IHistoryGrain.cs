using System.Collections.Immutable;
using Orleans.Concurrency;

namespace ControlPlane.Abstractions;

/// <summary>Reads of what is recorded, for front ends, which have no store of their own. Any silo answers; key 0.
/// A store that fails is a value, never an exception: what it says stays where it is.</summary>
[Alias("cp.IHistoryGrain")]
public interface IHistoryGrain : IGrainWithIntegerKey
{
    /// <summary>Usage events of a provider, newest first.</summary>
    /// <param name="limit">1 to 500.</param>
    /// <param name="before">The cursor of the page before, or null for the first.</param>
    [ReadOnly, Alias("UsageEvents")]
    Task<HistoryPage<UsageEvent>> UsageEvents(string provider, int limit, string? before, CancellationToken cancellationToken);

    /// <summary>The same of events that failed.</summary>
    [ReadOnly, Alias("FailedUsageEvents")]
    Task<HistoryPage<UsageEvent>> FailedUsageEvents(string provider, int limit, string? before, CancellationToken cancellationToken);

    /// <summary>Verify attempts of a provider, newest first.</summary>
    [ReadOnly, Alias("Verifications")]
    Task<HistoryPage<VerificationRecord>> Verifications(string provider, int limit, string? before, CancellationToken cancellationToken);

    /// <summary>Recorded transitions, newest first.</summary>
    /// <param name="from">Inclusive, or null.</param>
    /// <param name="to">Exclusive, or null.</param>
    [ReadOnly, Alias("Transitions")]
    Task<HistoryPage<GateTransition>> Transitions(DateTimeOffset? from, DateTimeOffset? to, int limit, string? before, CancellationToken cancellationToken);

    /// <summary>The decision that stood at a past moment: a page of one, or of none when the record does not reach back so far.</summary>
    [ReadOnly, Alias("DecisionAt")]
    Task<HistoryPage<PastDecision>> DecisionAt(DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Rehearsals of the kill, newest first.</summary>
    [ReadOnly, Alias("KillDrills")]
    Task<HistoryPage<KillDrill>> KillDrills(int limit, string? before, CancellationToken cancellationToken);

    /// <summary>The audit log, newest first.</summary>
    [ReadOnly, Alias("AuditEntries")]
    Task<HistoryPage<AuditEntry>> AuditEntries(int limit, string? before, CancellationToken cancellationToken);

    /// <summary>Everything retained that carries a trace id, newest first.</summary>
    /// <param name="limit">Of each list.</param>
    [ReadOnly, Alias("Trace")]
    Task<HistoryPage<TraceRecord>> Trace(string traceId, int limit, CancellationToken cancellationToken);

    /// <summary>Whether the store reads and writes now.</summary>
    [AlwaysInterleave, Alias("StoreAnswers")]
    Task<bool> StoreAnswers(CancellationToken cancellationToken);
}

/// <summary>How a read of history ended.</summary>
public enum HistoryOutcome
{
    /// <summary>The store could not be read.</summary>
    Unreadable = 0,

    Read = 1,

    /// <summary>The cursor was not made by this list.</summary>
    InvalidCursor = 2,
}

/// <summary>A page of what is recorded, newest first, or why there is none.</summary>
/// <param name="Next">Opaque cursor of the next page, or null at the end.</param>
[GenerateSerializer, Immutable, Alias("cp.HistoryPage`1")]
public sealed record HistoryPage<T>(
    [property: Id(0)] HistoryOutcome Outcome,
    [property: Id(1)] ImmutableArray<T> Items,
    [property: Id(2)] string? Next);
