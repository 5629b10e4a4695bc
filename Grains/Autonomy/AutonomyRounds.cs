using ControlPlane.Abstractions;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Autonomy;

/// <summary>Has bots with new evidence evaluated, a few at a time, and now and then all: evidence fades by itself. No timer a bot.</summary>
internal sealed partial class AutonomyRounds(IAutonomyEvidenceStore store, IGrainFactory grains, TimeProvider time, ILogger<AutonomyRounds> logger)
{
    private const int AtOnce = 16;
    private const int RoundsBetweenAll = 60;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);
    private DateTimeOffset? _last;
    private long _round;
    private int _running;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _running, 1) == 1) return;
        try
        {
            // Evidence may be written a little after it came to be.
            var startedAt = time.GetUtcNow();
            var since = _round++ % RoundsBetweenAll == 0 ? null : _last - TimeSpan.FromSeconds(30);
            var bots = await store.BotsWithEvidenceAsync(since, cancellationToken);
            foreach (var few in bots.Chunk(AtOnce)) await Task.WhenAll(few.Select(EvaluateAsync));
            _last = startedAt;
        }
        catch (Exception e)
        {
            LogRoundFailed(logger, e);
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }

    private async Task EvaluateAsync(string botId)
    {
        try
        {
            await grains.GetGrain<IBotGrain>(botId).EvaluateAutonomy().WaitAsync(s_limit, time);
        }
        catch (Exception e)
        {
            LogNotEvaluated(logger, botId, e);
        }
    }

    [LoggerMessage(EventIds.AutonomyRoundsRoundFailed, LogLevel.Warning, "A round of evaluations failed; tiers stay and can't rise.")]
    private static partial void LogRoundFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventIds.AutonomyRoundsNotEvaluated, LogLevel.Warning, "Bot {BotId} was not evaluated.")]
    private static partial void LogNotEvaluated(ILogger logger, string botId, Exception exception);
}
