using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Risk;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Silo.Hosting;

/// <summary>Removes bots' traces and checked orders that are older than the retention, once an hour.</summary>
internal sealed partial class TraceRetention(
    IDecisionStore decisions,
    INoTradeStore noTrades,
    ITradeStore trades,
    ICycleStore cycles,
    IRiskStore risk,
    IOptions<TraceOptions> options,
    TimeProvider time,
    ILogger<TraceRetention> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromHours(1), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested) return;
            try
            {
                var olderThan = time.GetUtcNow().AddDays(-options.Value.RetentionDays);
                var removed = await decisions.PurgeAsync(olderThan, stoppingToken) + await noTrades.PurgeAsync(olderThan, stoppingToken)
                    + await trades.PurgeAsync(olderThan, stoppingToken) + await cycles.PurgeAsync(olderThan, stoppingToken)
                    + await risk.PurgeAsync(olderThan, stoppingToken);
                if (removed > 0) LogRemoved(logger, removed);
            }
            catch (Exception e)
            {
                if (!stoppingToken.IsCancellationRequested) LogFailed(logger, e);
            }
        }
    }

    [LoggerMessage(EventIds.TraceRetentionRemoved, LogLevel.Information, "Removed {Count} traces beyond the retention.")]
    private static partial void LogRemoved(ILogger logger, long count);

    [LoggerMessage(EventIds.TraceRetentionFailed, LogLevel.Warning, "Traces beyond the retention could not be removed.")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
