using System.Collections.Immutable;
using ControlPlane.Abstractions;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Gates.Decision;

/// <summary>Status of the alert channels, read once a second in the background. It can degrade, and neither opens nor closes.</summary>
internal sealed partial class AlertsWord(IGrainFactory grains, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan s_askEvery = TimeSpan.FromSeconds(1);

    /// <summary>Alerts that do not answer for so long can't be relied on either.</summary>
    internal static readonly TimeSpan SilentAfter = TimeSpan.FromSeconds(30);

    private readonly long _startedAt = time.GetTimestamp();
    private long? _askedAt;
    private long? _heardAt;
    private DateTimeOffset? _silentSince;
    private bool _asking;
    private ImmutableArray<AlertChannelStatus> _channels = [];

    public void Ask()
    {
        if (_asking || (_askedAt is { } at && time.GetElapsedTime(at) < s_askEvery)) return;
        _askedAt = time.GetTimestamp();
        _ = AskAsync();
    }

    /// <summary>Null while the last message of each channel arrived.</summary>
    public Reason? Undelivered()
    {
        if (time.GetElapsedTime(_heardAt ?? _startedAt) > SilentAfter)
        {
            return new(
                Codes.AlertsUndelivered, Severity.Degraded, "The alerts do not answer: nobody would be told of anything.", "Look at the log of the control plane.",
                _silentSince ??= time.GetUtcNow());
        }

        _silentSince = null;
        var failing = _channels.Where(c => c.FailingSince is not null).ToArray();
        if (failing.Length == 0) return null;
        var names = string.Join(", ", failing.Select(c => $"{c.Channel} ({c.ErrorCode})"));
        return new(
            Codes.AlertsUndelivered, Severity.Degraded, $"Alerts could not be delivered: {names}.",
            "Mend the channel, then send a test: POST /api/alerts/test, or the button in the view Alerts.", failing.Min(c => c.FailingSince!.Value));
    }

    private async Task AskAsync()
    {
        _asking = true;
        try
        {
            _channels = await grains.GetGrain<IAlertGrain>(0).Standing();
            _heardAt = time.GetTimestamp();
        }
        catch (Exception e)
        {
            LogUnknown(logger, e);
        }
        finally
        {
            _asking = false;
        }
    }

    [LoggerMessage(EventIds.AlertStandingUnknown, LogLevel.Warning, "The status of the alert channels could not be read.")]
    private static partial void LogUnknown(ILogger logger, Exception exception);
}
