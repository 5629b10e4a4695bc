using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Supervision;

/// <summary>Sees to it that supervisor, timeout worker and risk engine are active somewhere. That proves nothing: only their cycles do.</summary>
internal sealed partial class ControlLoops(IGrainFactory grains, TimeProvider time, ILogger<ControlLoops> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.WhenAll(
                    grains.GetGrain<ISupervisorGrain>(0).EnsureRunning(),
                    grains.GetGrain<ITimeoutWorkerGrain>(0).EnsureRunning(),
                    grains.GetGrain<IRiskGrain>(RiskGrainKeys.Engine).EnsureRunning());
            }
            catch (Exception e)
            {
                if (!stoppingToken.IsCancellationRequested) LogNotActive(logger, e);
            }

            await Task.Delay(TimeSpan.FromSeconds(1), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(EventIds.ControlLoopsNotActive, LogLevel.Warning, "A control loop could not be reached.")]
    private static partial void LogNotActive(ILogger logger, Exception exception);
}
