using ControlPlane.Abstractions;
using ControlPlane.Api.Cluster;
using ControlPlane.Grains;
using ControlPlane.Grains.Gates.Policy;
using ControlPlane.Grains.Usage;

namespace ControlPlane.Api.Stores;

/// <summary>What answers need from the stores. The one place of the API that knows them: grain calls could stand here as well.</summary>
internal sealed partial class StoreReads(
    IUsageEventStore usage,
    IVerificationStore verifications,
    ITransitionStore transitions,
    IAuditStore audit,
    Patience patience,
    ILogger<StoreReads> logger)
{
    public Task<Page<UsageEvent>> UsageAsync(string provider, int limit, string? before, CancellationToken cancellationToken) =>
        Read(token => usage.PageAsync(provider, limit, before, token), cancellationToken);

    public Task<Page<VerificationRecord>> VerificationsAsync(string provider, int limit, string? before, CancellationToken cancellationToken) =>
        Read(token => verifications.PageAsync(provider, limit, before, token), cancellationToken);

    public Task<Page<GateTransition>> TransitionsAsync(
        DateTimeOffset? from, DateTimeOffset? to, int limit, string? before, CancellationToken cancellationToken) =>
        Read(token => transitions.PageAsync(from, to, limit, before, token), cancellationToken);

    /// <summary>The decision that stood at a past moment, or null when the record does not reach back so far.</summary>
    public Task<PastDecision?> DecisionAtAsync(DateTimeOffset at, CancellationToken cancellationToken) => Read(
        async token =>
        {
            var presence = await transitions.PresenceAsync(at, token);
            return PastDecisionPolicy.Judge(await transitions.LastDecisionAsync(at, token), presence, at);
        },
        cancellationToken);

    public Task<Page<AuditEntry>> AuditAsync(int limit, string? before, CancellationToken cancellationToken) =>
        Read(token => audit.PageAsync(limit, before, token), cancellationToken);

    private async Task<T> Read<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            return await patience.Wait(Task.Run(() => read(deadline.Token), CancellationToken.None));
        }
        catch (InvalidCursorException)
        {
            throw;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(logger, exception.GetType().Name);
            throw new StoreReadFailedException();
        }
        finally
        {
            await deadline.CancelAsync();
        }
    }

    [LoggerMessage(EventId = 4300, Level = LogLevel.Warning, Message = "A read of the store failed: {Failure}")]
    private static partial void LogFailed(ILogger logger, string failure);
}
