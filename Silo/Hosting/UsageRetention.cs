using ControlPlane.Grains.Usage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Silo.Hosting;

/// <summary>Removes usage events that are older than the retention, once an hour.</summary>
internal sealed partial class UsageRetention(IUsageEventStore store, IOptions<UsageOptions> options, TimeProvider time, ILogger<UsageRetention> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromHours(1), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested) return;
            try
            {
                var removed = await store.PurgeAsync(time.GetUtcNow().AddDays(-options.Value.RetentionDays), stoppingToken);
                if (removed > 0) LogRemoved(logger, removed);
            }
            catch (Exception e)
            {
                if (!stoppingToken.IsCancellationRequested) LogFailed(logger, e);
            }
        }
    }

    [LoggerMessage(EventIds.UsageRetentionRemoved, LogLevel.Information, "Removed {Count} usage events beyond the retention.")]
    private static partial void LogRemoved(ILogger logger, long count);

    [LoggerMessage(EventIds.UsageRetentionFailed, LogLevel.Warning, "Usage events beyond the retention could not be removed.")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
