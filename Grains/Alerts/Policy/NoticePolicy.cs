using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Alerts.Policy;

/// <summary>The channels of a change, and the retries of a failed notice. Pure.</summary>
internal static class NoticePolicy
{
    /// <summary>From a notice's first chance until it is given up.</summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(1);

    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(5);

    /// <summary>1, 2, 4, 8 s and so on, at most 5 minutes.</summary>
    /// <param name="attempts">How many have failed, 1 or more.</param>
    /// <param name="asked">What the provider asked for, or null.</param>
    public static TimeSpan PauseAfter(int attempts, TimeSpan? asked)
    {
        var pause = attempts > 9 ? s_longestPause : TimeSpan.FromSeconds(Math.Min(Math.Pow(2, attempts - 1), s_longestPause.TotalSeconds));
        if (asked is not { } wanted || wanted <= pause) return pause;
        return wanted < s_longestPause ? wanted : s_longestPause;
    }

    /// <summary>The channels of a change.</summary>
    /// <param name="told">Notices of the alert so far.</param>
    public static ImmutableArray<string> Channels(AlertChange change, IEnumerable<AlertNotice> told, AlertRouteTable routes) => change.Event switch
    {
        AlertEvent.Escalated => routes.Escalated,

        // Channels that got the alert get its end, whatever the routes are now.
        AlertEvent.Resolved or AlertEvent.Acknowledged => [.. told.Where(n => n.Status != AlertNoticeStatus.Skipped).Select(n => n.Channel).Distinct(StringComparer.Ordinal)],
        _ => routes.For(change.Alert.Severity),
    };

    /// <summary>Notices that a change makes needless, as they are to be kept.</summary>
    public static IEnumerable<AlertNotice> Superseded(AlertChange change, IEnumerable<AlertNotice> told) => change.Event switch
    {
        // Still delayed by the quiet hours: it was not sent, and need not be.
        AlertEvent.Resolved => told.Where(n => n is { Finished: false, Attempts: 0, NotBefore: { } end } && end > change.Alert.ResolvedAt).Select(n => n with { Status = AlertNoticeStatus.Skipped }),

        // One repetition that waits is enough.
        AlertEvent.Repeated => told.Where(n => n is { Finished: false, Event: AlertEvent.Repeated }).Select(n => n with { Status = AlertNoticeStatus.Skipped }),
        _ => [],
    };

    /// <summary>Until when the quiet hours hold it, or null.</summary>
    public static DateTimeOffset? HeldUntil(AlertChange change, QuietHours? quiet, DateTimeOffset now) =>
        change.Alert.Severity == AlertSeverity.Page || change.Event == AlertEvent.Test ? null : quiet?.EndOf(now);
}
