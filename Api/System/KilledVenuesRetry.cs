using ControlPlane.Grains.Kills;

namespace ControlPlane.Api.SystemControl;

/// <summary>Cancels working orders for kills whose request could not. The kill was taken only at a later delivery, its process ended, or a broker
/// did not confirm.</summary>
internal sealed partial class KilledVenuesRetry(KillSpool spool, KilledVenues venues, TimeProvider time, ILogger<KilledVenuesRetry> logger) : BackgroundService
{
    private const int MaxAttempts = 8;
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(1);

    /// <summary>The request itself comes first.</summary>
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(5);
    private readonly Dictionary<Guid, (int Attempts, long At)> _waiting = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            Round();
            await Task.Delay(s_every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Makes the due attempts, at growing intervals. There is a last one, since an operator may have placed own orders by then.</summary>
    private void Round()
    {
        var due = spool.ToCancel;
        foreach (var gone in _waiting.Keys.Except(due.Select(kill => kill.Id)).ToArray())
        {
            _waiting.Remove(gone);
            venues.Forget(gone);
        }

        foreach (var kill in due.Where(kill => !venues.IsAsking(kill.Id)))
        {
            if (!_waiting.TryGetValue(kill.Id, out var wait)) _waiting[kill.Id] = wait = (0, time.GetTimestamp());
            if (time.GetElapsedTime(wait.At) < s_first * Math.Pow(2, wait.Attempts)) continue;
            if (wait.Attempts == MaxAttempts)
            {
                LogGivenUp(logger, kill.Id);
                spool.Canceled(kill.Id);
                _ = spool.StoreAsync();
                continue;
            }

            _waiting[kill.Id] = (wait.Attempts + 1, time.GetTimestamp());
            LogAsked(logger, kill.Id);
            venues.AskAgain(kill);
        }
    }

    [LoggerMessage(EventIds.KillCancelsAsked, LogLevel.Warning, "Cancelling working orders again for kill {KillId}: not every broker has confirmed.")]
    private static partial void LogAsked(ILogger logger, Guid killId);

    [LoggerMessage(EventIds.KillCancelsGivenUp, LogLevel.Error, "Not every broker confirmed its cancels for kill {KillId}, and none is asked again. Check the working orders at the brokers.")]
    private static partial void LogGivenUp(ILogger logger, Guid killId);
}
