using ControlPlane.Grains.Gates;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Grains;

/// <summary>Uses the store as often as the gate does, once for all providers of the silo, so that idle ones learn of its loss too.</summary>
internal sealed partial class StoreWatch(
    IStoreProbe probe, StoreHealth proof, IOptions<GateOptions> gate, TimeProvider time, ILogger<StoreWatch> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        var failing = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            var startedAt = time.GetTimestamp();
            try
            {
                await ProbeAsync(stoppingToken);
                proof.Proven(startedAt);
                if (failing) LogAnswersAgain(logger);
                failing = false;
            }
            catch (Exception e)
            {
                if (!failing && !stoppingToken.IsCancellationRequested) LogDoesNotAnswer(logger, e);
                failing = true;
            }

            await Task.Delay(gate.Value.RenewEvery, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A store may block before its first await, and may never answer: the next round asks anew.</summary>
    private async Task ProbeAsync(CancellationToken stoppingToken)
    {
        using var deadline = new CancellationTokenSource(gate.Value.Lease, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stoppingToken);
        await Task.Run(() => probe.ProbeAsync(both.Token), CancellationToken.None).WaitAsync(both.Token);
    }

    [LoggerMessage(EventIds.StoreWatchDoesNotAnswer, LogLevel.Warning, "The store does not answer; figures of use are unavailable until it does.")]
    private static partial void LogDoesNotAnswer(ILogger logger, Exception exception);

    [LoggerMessage(EventIds.StoreWatchAnswersAgain, LogLevel.Information, "The store answers again; figures of use are read from it anew.")]
    private static partial void LogAnswersAgain(ILogger logger);
}
