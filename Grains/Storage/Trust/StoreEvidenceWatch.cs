using ControlPlane.Abstractions;
using ControlPlane.Grains.Audit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Storage.Trust;

/// <summary>Loads the node's evidence before grains may activate. Every two seconds it compares this silo's anchor with the log. An anchored entry
/// that the log lacks shows that the store was restored.</summary>
internal sealed partial class StoreEvidenceWatch(
    StoreWitness witness, IAuditStore audit, IAuditAnchor anchor, TimeProvider time, ILogger<StoreEvidenceWatch> logger) : BackgroundService
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(2);
    private bool _failing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            await LookAsync(stoppingToken);
            await Task.Delay(s_every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await Task.Run(anchor.Last, cancellationToken) is not { } last || last.Sequence <= witness.ConfirmedAudit) return;
            var found = await audit.ReadForwardAsync(last.Sequence, 1, cancellationToken);
            if (found is [{ } entry, ..] && entry.Sequence == last.Sequence && entry.Hash == last.Hash) return;
            witness.Raise(found is [{ } other, ..] && other.Sequence == last.Sequence
                ? $"The audit log has another entry {last.Sequence} than the one that its anchor holds."
                : $"The audit log lacks entry {last.Sequence}, which its anchor holds.");
            _failing = false;
        }
        catch (Exception e)
        {
            if (!_failing && !cancellationToken.IsCancellationRequested) LogNotCompared(logger, e);
            _failing = true;
        }
    }

    [LoggerMessage(EventIds.StoreEvidenceNotCompared, LogLevel.Warning, "The audit log's anchor could not be compared with the log.")]
    private static partial void LogNotCompared(ILogger logger, Exception exception);
}

/// <summary>Loads what this node knew of the store before anything else of it starts.</summary>
internal sealed class StoreWitnessStartup(StoreWitness witness) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.Run(witness.Load, cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
