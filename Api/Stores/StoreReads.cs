using ControlPlane.Abstractions;
using ControlPlane.Api.Cluster;
using ControlPlane.Api.Gates;
using ControlPlane.Api.Http;
using ControlPlane.Grains;
using ControlPlane.Grains.Gates.Node;

namespace ControlPlane.Api.Stores;

/// <summary>What answers need of what is recorded, read by whichever silo this process reaches. The one place of the API that asks for it.</summary>
internal sealed partial class StoreReads(IGrainFactory grains, NodeGate gate, AdaptiveReadTimeout timeout, ILogger<StoreReads> logger)
{
    public Task<Page<UsageEvent>> UsageAsync(string provider, bool failedOnly, int limit, string? before, CancellationToken cancellationToken) => Read(
        token => failedOnly ? grains.History().FailedUsageEvents(provider, limit, before, token) : grains.History().UsageEvents(provider, limit, before, token),
        cancellationToken);

    public Task<Page<VerificationRecord>> VerificationsAsync(string provider, int limit, string? before, CancellationToken cancellationToken) =>
        Read(token => grains.History().Verifications(provider, limit, before, token), cancellationToken);

    public Task<Page<GateTransition>> TransitionsAsync(
        DateTimeOffset? from, DateTimeOffset? to, int limit, string? before, CancellationToken cancellationToken) =>
        Read(token => grains.History().Transitions(from, to, limit, before, token), cancellationToken);

    public Task<Page<KillDrill>> KillDrillsAsync(int limit, string? before, CancellationToken cancellationToken) =>
        Read(token => grains.History().KillDrills(limit, before, token), cancellationToken);

    /// <summary>The decision that stood at a past moment, or null when the record does not reach back so far.</summary>
    public async Task<PastDecision?> DecisionAtAsync(DateTimeOffset at, CancellationToken cancellationToken) =>
        (await Read(token => grains.History().DecisionAt(at, token), cancellationToken)).Items is [var past, ..] ? past : null;

    public Task<Page<AuditEntry>> AuditAsync(int limit, string? before, CancellationToken cancellationToken) =>
        Read(token => grains.History().AuditEntries(limit, before, token), cancellationToken);

    public Task<Page<TraceRecord>> TraceAsync(string traceId, int limit, CancellationToken cancellationToken) =>
        Read(token => grains.History().Trace(traceId, limit, token), cancellationToken);

    private async Task<Page<T>> Read<T>(Func<CancellationToken, Task<HistoryPage<T>>> read, CancellationToken cancellationToken)
    {
        if (gate.Read().Snapshot?.StoreDoubt() is not null) throw new StoreReadFailedException();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var page = await timeout.Wait(read(deadline.Token));
            return page.Outcome switch
            {
                HistoryOutcome.Read => new Page<T>(page.Items, page.Next),
                HistoryOutcome.InvalidCursor => throw new InvalidCursorException(),
                _ => throw new StoreReadFailedException(),
            };
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception is not (InvalidCursorException or StoreReadFailedException))
        {
            LogFailed(logger, exception);

            // Overdue may be the store; a call that had nowhere to go is the cluster.
            if (exception is not TimeoutException && Failures.IsUnreachable(exception)) throw;
            throw new StoreReadFailedException();
        }
        finally
        {
            await deadline.CancelAsync();
        }
    }

    [LoggerMessage(EventId = EventIds.StoreReadsFailed, Level = LogLevel.Warning, Message = "A read of the store failed.")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
