using System.Collections.Immutable;
using System.Diagnostics;
using ControlPlane.Abstractions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Kills;

/// <summary>Delivers pending kills again, once a second, until each is durable; then it is chained into the audit log.
/// What a process before this one left is loaded before any grain may activate.</summary>
internal sealed partial class KillRedelivery(KillSpool spool, KillDelivery delivery, IGrainFactory grains, TimeProvider time, ILogger<KillRedelivery> logger)
    : BackgroundService, IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.Run(spool.Load, cancellationToken);

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            // All at once: one bot that does not answer must not hold up the others.
            await Task.WhenAll(spool.All.Select(RedeliverAsync)).WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (spool.IsBehind) await spool.StoreAsync();
            await Task.Delay(TimeSpan.FromSeconds(1), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RedeliverAsync(KillOrder kill)
    {
        if (await delivery.TryAgainAsync(kill) is not { } outcome) return;
        LogDelivered(logger, kill.Id, outcome);
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        var details = ImmutableSortedDictionary<string, string>.Empty
            .Add("asked_by", kill.By.Name).Add("asked_in_trace", kill.By.TraceId).Add("kill_id", kill.Id.ToString()).Add("reason", kill.Reason);
        try
        {
            await grains.GetGrain<IAuditGrain>(0).AppendEventually(new AuditFact(
                time.GetUtcNow(), Caller.System(trace), "kill.delivered", kill.BotId is { } bot ? $"bot/{bot}" : "system", outcome, details));
        }
        catch (Exception e)
        {
            LogNotChained(logger, kill.Id, e);
        }
    }

    [LoggerMessage(EventIds.KillRedeliveryDelivered, LogLevel.Warning, "Kill {KillId} was delivered later and need not be kept any more: {Outcome}.")]
    private static partial void LogDelivered(ILogger logger, Guid killId, string outcome);

    [LoggerMessage(EventIds.KillRedeliveryNotChained, LogLevel.Error, "The audit entry of kill {KillId} was not taken.")]
    private static partial void LogNotChained(ILogger logger, Guid killId, Exception exception);
}
