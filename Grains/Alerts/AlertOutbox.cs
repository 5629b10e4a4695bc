using System.Collections.Immutable;
using System.Diagnostics;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Alerts.Channels;
using ControlPlane.Grains.Alerts.Policy;

namespace ControlPlane.Grains.Alerts;

/// <summary>Notices until they have arrived. Each channel sends one notice at a time, in the order of the alert's events. A channel that hangs delays
/// no other. Used from one activation's turns alone.</summary>
internal sealed class AlertOutbox(AlertSettings settings, AlertSender sender, AlertRows rows)
{
    private readonly Dictionary<Guid, Entry> _entries = [];
    private readonly HashSet<string> _busy = new(StringComparer.Ordinal);
    private long _sequence;

    private sealed class Entry
    {
        public required AlertNotice Notice { get; set; }

        /// <summary>When it may be tried next, and since when it could be.</summary>
        public required TimeSpan NextAt { get; set; }
        public required TimeSpan BornAt { get; init; }

        /// <summary>Grows with every notice: the order in which a channel gets an alert's messages.</summary>
        public required long Sequence { get; init; }
        public bool Sending { get; set; }

        /// <summary>Set for a test, which has one attempt.</summary>
        public TaskCompletionSource<AlertNotice>? Waiter { get; init; }
    }

    /// <summary>True while no channel is known to work.</summary>
    public bool AllFail => !settings.Channels.IsEmpty && settings.Channels.Keys.All(name => rows.Channel(name).FailingSince is not null);

    /// <summary>Takes up what a process before this one did not deliver.</summary>
    public void Load(IEnumerable<AlertNotice> notices, AlertMoment now)
    {
        foreach (var notice in notices.Where(n => !n.Finished).OrderBy(n => n.CreatedAt).ThenBy(n => n.Event))
        {
            if (notice.Event == AlertEvent.Test || !settings.Channels.ContainsKey(notice.Channel))
            {
                rows.Put(notice with { Status = notice.Event == AlertEvent.Test ? AlertNoticeStatus.Failed : AlertNoticeStatus.Skipped });
                continue;
            }

            var age = now.Utc > notice.CreatedAt ? now.Utc - notice.CreatedAt : TimeSpan.Zero;
            _entries[notice.NoticeId] = new() { Notice = notice, BornAt = now.Elapsed - age, NextAt = now.Elapsed, Sequence = ++_sequence };
        }
    }

    /// <summary>Queues the notices of a change and returns their number.</summary>
    public int Tell(AlertChange change, AlertMoment now)
    {
        var told = rows.Notices(change.Alert.AlertId);
        foreach (var needless in NoticePolicy.Superseded(change, told).ToArray())
        {
            if (!_entries.TryGetValue(needless.NoticeId, out var waiting) || waiting.Sending) continue;
            _entries.Remove(needless.NoticeId);
            rows.Put(needless);
        }

        var count = 0;
        foreach (var channel in NoticePolicy.Channels(change, rows.Notices(change.Alert.AlertId), settings.Routes).Where(settings.Channels.ContainsKey))
        {
            Add(Notice(change.Alert.AlertId, channel, change.Event, NoticePolicy.HeldUntil(change, settings.Quiet, now.Utc), now), now, null);
            count++;
        }

        return count;
    }

    /// <summary>Sends a test to a channel at once, whatever else it is at. The task ends when its fate is known.</summary>
    public Task<AlertNotice> TestAsync(AlertRecord test, string channel, Func<AlertMoment> clock)
    {
        var now = clock();
        var waiter = new TaskCompletionSource<AlertNotice>(TaskCreationOptions.RunContinuationsAsynchronously);
        var entry = Add(Notice(test.AlertId, channel, AlertEvent.Test, null, now), now, waiter);
        _ = SendAsync(entry, clock);
        return waiter.Task;
    }

    /// <summary>Starts what is due.</summary>
    public void Pump(Func<AlertMoment> clock)
    {
        var now = clock();
        foreach (var channel in settings.Channels.Keys)
        {
            if (_busy.Contains(channel) || Next(channel, now) is not { } entry) continue;
            _busy.Add(channel);
            _ = SendAsync(entry, clock);
        }
    }

    private Entry? Next(string channel, AlertMoment now) => _entries.Values
        .Where(e => e.Notice.Channel == channel && !e.Sending && e.NextAt <= now.Elapsed && !(e.Notice.NotBefore > now.Utc))
        .Where(e => !_entries.Values.Any(o => o.Notice.Channel == channel && o.Notice.AlertId == e.Notice.AlertId && o.Sequence < e.Sequence))
        .OrderBy(e => e.NextAt).ThenBy(e => e.Sequence).FirstOrDefault();

    private async Task SendAsync(Entry entry, Func<AlertMoment> clock)
    {
        entry.Sending = true;
        var notice = entry.Notice;
        AlertDelivery delivery;
        try
        {
            delivery = await sender.SendAsync(rows.View(notice.AlertId), notice);
        }
        finally
        {
            entry.Sending = false;
            if (entry.Waiter is null) _busy.Remove(notice.Channel);
        }

        var now = clock();
        var status = delivery.Code is null ? AlertNoticeStatus.Delivered
            : entry.Waiter is not null || now.Elapsed - entry.BornAt >= NoticePolicy.GiveUpAfter ? AlertNoticeStatus.Failed
            : AlertNoticeStatus.Pending;
        notice = notice with { Attempts = notice.Attempts + 1, LastAttemptAt = now.Utc, ErrorCode = delivery.Code, Status = status };
        entry.Notice = notice;
        entry.NextAt = now.Elapsed + NoticePolicy.PauseAfter(notice.Attempts, delivery.RetryAfter);
        if (notice.Finished) _entries.Remove(notice.NoticeId);
        rows.Put(notice);
        var standing = rows.Channel(notice.Channel) with { TriedAt = now.Utc };
        rows.Put(delivery.Code is null
            ? standing with { FailingSince = null, ErrorCode = null, ProvenAt = now.Utc }
            : standing with { FailingSince = standing.FailingSince ?? now.Utc, ErrorCode = delivery.Code });
        AlertMetrics.Sent(notice.Channel, settings.Channels[notice.Channel].Kind!, delivery.Code);
        rows.SaveSoon();
        entry.Waiter?.TrySetResult(notice);
    }

    private Entry Add(AlertNotice notice, AlertMoment now, TaskCompletionSource<AlertNotice>? waiter)
    {
        // What the quiet hours hold can only be tried after them.
        var held = notice.NotBefore is { } end && end > now.Utc ? end - now.Utc : TimeSpan.Zero;
        var entry = new Entry { Notice = notice, BornAt = now.Elapsed + held, NextAt = now.Elapsed, Sequence = ++_sequence, Waiter = waiter };
        _entries[notice.NoticeId] = entry;
        rows.Put(notice);
        return entry;
    }

    private static AlertNotice Notice(string alertId, string channel, AlertEvent what, DateTimeOffset? notBefore, AlertMoment now) =>
        new(Guid.CreateVersion7(now.Utc), alertId, channel, what, now.Utc, notBefore, ActivityTraceId.CreateRandom().ToHexString());
}
