using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Policy;
using ControlPlane.Grains.Usage;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace ControlPlane.Grains.History;

/// <summary>Hands reads of history to the store of the silo that the caller came to.</summary>
[StatelessWorker]
internal sealed partial class HistoryGrain(
    IUsageEventStore usage,
    IVerificationStore verifications,
    ITransitionStore transitions,
    IKillDrillStore drills,
    IAuditStore audit,
    ITraceIndex traces,
    IStoreProbe probe,
    ILogger<HistoryGrain> logger) : Grain, IHistoryGrain
{
    public Task<HistoryPage<UsageEvent>> UsageEvents(string provider, int limit, string? before, CancellationToken cancellationToken) =>
        Read(token => usage.PageAsync(provider, limit, before, token), cancellationToken);

    public Task<HistoryPage<UsageEvent>> FailedUsageEvents(string provider, int limit, string? before, CancellationToken cancellationToken) =>
        Read(token => usage.PageFailedAsync(provider, limit, before, token), cancellationToken);

    public Task<HistoryPage<VerificationRecord>> Verifications(string provider, int limit, string? before, CancellationToken cancellationToken) =>
        Read(token => verifications.PageAsync(provider, limit, before, token), cancellationToken);

    public Task<HistoryPage<GateTransition>> Transitions(
        DateTimeOffset? from, DateTimeOffset? to, int limit, string? before, CancellationToken cancellationToken) =>
        Read(token => transitions.PageAsync(from, to, limit, before, token), cancellationToken);

    public Task<HistoryPage<PastDecision>> DecisionAt(DateTimeOffset at, CancellationToken cancellationToken) => Read(
        async token =>
        {
            var presence = await transitions.PresenceAsync(at, token);
            return PastDecisionPolicy.Evaluate(await transitions.LastDecisionAsync(at, token), presence, at) is { } past
                ? new Page<PastDecision>([past], null)
                : new Page<PastDecision>([], null);
        },
        cancellationToken);

    public Task<HistoryPage<KillDrill>> KillDrills(int limit, string? before, CancellationToken cancellationToken) =>
        Read(token => drills.PageAsync(limit, before, token), cancellationToken);

    public Task<HistoryPage<AuditEntry>> AuditEntries(int limit, string? before, CancellationToken cancellationToken) =>
        Read(token => audit.PageAsync(limit, before, token), cancellationToken);

    public Task<HistoryPage<TraceRecord>> Trace(string traceId, int limit, CancellationToken cancellationToken) =>
        Read(async token => new Page<TraceRecord>(await traces.FindAsync(traceId, limit, token), null), cancellationToken);

    public async Task<bool> StoreAnswers(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Run(() => probe.ProbeAsync(cancellationToken), CancellationToken.None);
            return true;
        }
        catch (Exception exception)
        {
            LogFailed(logger, exception);
            return false;
        }
    }

    /// <summary>A store may block before its first await, which must not hold up the reads beside it.</summary>
    private async Task<HistoryPage<T>> Read<T>(Func<CancellationToken, Task<Page<T>>> read, CancellationToken cancellationToken)
    {
        try
        {
            var page = await Task.Run(() => read(cancellationToken), CancellationToken.None);
            return new(HistoryOutcome.Read, page.Items, page.Next);
        }
        catch (InvalidCursorException)
        {
            return new(HistoryOutcome.InvalidCursor, [], null);
        }
        catch (Exception exception)
        {
            if (!cancellationToken.IsCancellationRequested) LogFailed(logger, exception);
            return new(HistoryOutcome.Unreadable, [], null);
        }
    }

    [LoggerMessage(EventIds.HistoryFailed, LogLevel.Warning, "A read of the store failed.")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
