using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Integrations.Policy;

/// <summary>When a provider is verified by itself. Durations only: the grain measures them on its monotonic clock.</summary>
/// <param name="MinInterval">Between any two verifies.</param>
/// <param name="Freshness">How long a good verdict stands.</param>
/// <param name="Interval">Between two scheduled ones while all is well.</param>
internal sealed record VerifySchedule(TimeSpan MinInterval, TimeSpan Freshness, TimeSpan Interval)
{
    private static readonly TimeSpan s_firstRetry = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan s_longestRetry = TimeSpan.FromHours(6);

    /// <summary>Whether a refused key is tried again by itself.</summary>
    public bool RetryRefused { get; init; }

    /// <summary>Starts within the last ten minutes that are let through at once; more look like a crash loop.</summary>
    private const int FreeStarts = 3;

    public static VerifySchedule For(VerifyOptions options, IntegrationOptions provider, int ownMinIntervalSeconds)
    {
        var min = TimeSpan.FromSeconds(options.MinIntervalSeconds ?? ownMinIntervalSeconds);
        var freshness = TimeSpan.FromSeconds(Math.Max(options.FreshnessSeconds, 2 * min.TotalSeconds));
        var interval = provider.VerifyIntervalSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : freshness / 3;
        return new(min, freshness, interval < min ? min : interval);
    }

    /// <summary>How long after a verify the next one is due by itself, or null when only new secrets or a person may ask again.</summary>
    /// <param name="jitter">0..1, drawn once a verify, so that providers do not march in step.</param>
    public TimeSpan? Next(VerdictRecord verdict, TimeSpan? retryAfter, double jitter)
    {
        TimeSpan wait;
        switch (verdict.Last)
        {
            case VerifyStatus.Invalid or VerifyStatus.WrongEnvironment when !RetryRefused:
                return null;
            case VerifyStatus.Invalid or VerifyStatus.WrongEnvironment:
                // An account that was mended comes back without a person. The pause grows, so that a key that stays bad asks a few times a day.
                var pause = s_firstRetry * Math.Pow(2, Math.Min(verdict.RefusedInRow - 1, 10));
                wait = pause < s_longestRetry ? pause : s_longestRetry;
                break;
            case VerifyStatus.Locked:
                wait = TimeSpan.FromHours(1);
                break;
            case VerifyStatus.Inconclusive:
                // Back off, but never so far that one lucky answer would come too late to keep a good verdict fresh.
                var backoff = TimeSpan.FromSeconds(Math.Max(1, Freshness.TotalSeconds / 60) * Math.Pow(2, Math.Min(verdict.InconclusiveInRow - 1, 10)));
                wait = backoff < Interval ? backoff : Interval;
                break;
            default:
                wait = Interval;
                break;
        }

        wait += wait * 0.1 * jitter;
        if (wait < MinInterval) wait = MinInterval;
        return retryAfter > wait ? retryAfter : wait;
    }

    /// <summary>How long the verify at start waits, given how many starts have verified within the last ten minutes.</summary>
    public TimeSpan StartDelay(int recentStarts)
    {
        if (recentStarts < FreeStarts) return TimeSpan.Zero;
        var delay = TimeSpan.FromSeconds(5 * Math.Pow(2, Math.Min(recentStarts - FreeStarts, 12)));
        var most = MinInterval > TimeSpan.FromMinutes(1) ? MinInterval : TimeSpan.FromMinutes(1);
        return delay < most ? delay : most;
    }
}
