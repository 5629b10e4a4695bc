using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using ControlPlane.Abstractions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Kills;

/// <summary>Delivers unconfirmed kills again, once a second, until each is on disk. Then it is chained into the audit log.
/// What a process before this one left is loaded before any grain may activate.</summary>
internal sealed partial class KillRedelivery(KillSpool spool, KillDelivery delivery, IGrainFactory grains, TimeProvider time, ILogger<KillRedelivery> logger)
    : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(1);

    /// <summary>Deliveries of one kill at a time: one may wait for a silo that is dead and not known to be.</summary>
    private const int MaxRunning = 4;
    private readonly ConcurrentDictionary<Guid, int> _running = new();

    public Task StartingAsync(CancellationToken cancellationToken) => Task.Run(spool.Load, cancellationToken);

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            // In parallel: one without an answer must not delay the others.
            foreach (var kill in spool.Due) Redeliver(kill);
            if (spool.IsBehind) await spool.StoreAsync();
            await Task.Delay(s_every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Redeliver(KillOrder kill)
    {
        var running = _running.AddOrUpdate(kill.Id, 1, static (_, count) => count + 1);
        if (running <= MaxRunning) _ = RedeliverAsync(kill);
        else _running.AddOrUpdate(kill.Id, 0, static (_, count) => count - 1);
    }

    private async Task RedeliverAsync(KillOrder kill)
    {
        var outcome = await delivery.TryAgainAsync(kill);
        if (_running.AddOrUpdate(kill.Id, 0, static (_, count) => count - 1) <= 0) _running.TryRemove(new(kill.Id, 0));
        if (outcome is null) return;
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

    [LoggerMessage(EventIds.KillRedeliveryNotChained, LogLevel.Error, "The audit entry of kill {KillId} was not written.")]
    private static partial void LogNotChained(ILogger logger, Guid killId, Exception exception);
}
