using System.Collections.Immutable;
using ControlPlane.Abstractions;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Alerts;

/// <summary>What is in the store, or is about to be, as far as it is still of use. A store that does not take it is tried again; nothing waits for it.
/// Used from one activation's turns alone.</summary>
internal sealed partial class AlertRows(IAlertStore store, TimeProvider time, ILogger<AlertRows> logger)
{
    /// <summary>How long one write may take.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, AlertRecord> _alerts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<AlertNotice>> _notices = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AlertChannelStatus> _channels = new(StringComparer.Ordinal);
    private readonly HashSet<string> _dirtyAlerts = new(StringComparer.Ordinal);
    private readonly HashSet<(string Alert, Guid Notice)> _dirtyNotices = [];
    private readonly HashSet<string> _dirtyChannels = new(StringComparer.Ordinal);
    private Task _saving = Task.CompletedTask;

    /// <summary>The store's last write, which may continue after its caller's timeout.</summary>
    private Task _writing = Task.CompletedTask;

    /// <summary>True when the last write was taken, and nothing older waits.</summary>
    public bool Works { get; private set; } = true;

    public IEnumerable<AlertRecord> Alerts => _alerts.Values;

    public bool Knows(string alertId) => _alerts.ContainsKey(alertId);

    public ImmutableArray<AlertNotice> Notices(string alertId) => _notices.GetValueOrDefault(alertId, []);

    public AlertView View(string alertId) => new(_alerts[alertId], Notices(alertId));

    public AlertChannelStatus Channel(string name) => _channels.GetValueOrDefault(name) ?? new(name, null, null, null);

    /// <summary>What the store holds already.</summary>
    public void Load(AlertBatch batch)
    {
        foreach (var alert in batch.Alerts) _alerts.TryAdd(alert.AlertId, alert);
        foreach (var group in batch.Notices.GroupBy(n => n.AlertId, StringComparer.Ordinal)) _notices.TryAdd(group.Key, [.. group.OrderBy(n => n.CreatedAt).ThenBy(n => n.Event)]);
        foreach (var channel in batch.Channels) _channels.TryAdd(channel.Channel, channel);
    }

    public void Put(AlertRecord alert)
    {
        _alerts[alert.AlertId] = alert;
        _dirtyAlerts.Add(alert.AlertId);
    }

    public void Put(AlertNotice notice)
    {
        var all = Notices(notice.AlertId);
        var index = all.ToList().FindIndex(n => n.NoticeId == notice.NoticeId);
        _notices[notice.AlertId] = index < 0 ? all.Add(notice) : all.SetItem(index, notice);
        _dirtyNotices.Add((notice.AlertId, notice.NoticeId));
    }

    public void Put(AlertChannelStatus channel)
    {
        _channels[channel.Channel] = channel;
        _dirtyChannels.Add(channel.Channel);
    }

    public void SaveSoon() => _ = SaveAsync();

    /// <summary>Writes what is new; ends after a bounded time, with or without success.</summary>
    public async Task SaveAsync()
    {
        await _saving;
        if (_dirtyAlerts.Count + _dirtyNotices.Count + _dirtyChannels.Count == 0) return;
        if (!_saving.IsCompleted) return;
        await (_saving = WriteAsync());
    }

    private async Task WriteAsync()
    {
        if (!await LastEndedAsync()) return;
        var batch = new AlertBatch(
            [.. _dirtyAlerts.Where(_alerts.ContainsKey).Select(id => _alerts[id])],
            [.. _dirtyNotices.SelectMany(d => Notices(d.Alert).Where(n => n.NoticeId == d.Notice))],
            [.. _dirtyChannels.Select(Channel)]);
        try
        {
            // A store may block before its first await.
            _writing = Task.Run(() => store.SaveAsync(batch, CancellationToken.None));
            await _writing.WaitAsync(s_timeout, time);
            Works = true;
            foreach (var alert in batch.Alerts) if (ReferenceEquals(_alerts.GetValueOrDefault(alert.AlertId), alert)) _dirtyAlerts.Remove(alert.AlertId);
            foreach (var notice in batch.Notices) if (Notices(notice.AlertId).Contains(notice)) _dirtyNotices.Remove((notice.AlertId, notice.NoticeId));
            foreach (var channel in batch.Channels) if (Channel(channel.Channel) == channel) _dirtyChannels.Remove(channel.Channel);
            Forget();
        }
        catch (Exception e)
        {
            Works = false;
            LogNotSaved(logger, e);
        }
    }

    /// <summary>Whether nothing is being written any more: one that hangs could otherwise end after the next and put older rows in its place.</summary>
    private async Task<bool> LastEndedAsync()
    {
        if (_writing.IsCompleted) return true;
        await _writing.WaitAsync(s_timeout, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        return _writing.IsCompleted;
    }

    /// <summary>Removes alerts that are over, sent and written.</summary>
    private void Forget()
    {
        foreach (var alert in _alerts.Values.Where(a => !a.Open && !_dirtyAlerts.Contains(a.AlertId) && Notices(a.AlertId).All(n => n.Finished && !_dirtyNotices.Contains((a.AlertId, n.NoticeId)))).ToArray())
        {
            _alerts.Remove(alert.AlertId);
            _notices.Remove(alert.AlertId);
        }
    }

    [LoggerMessage(EventIds.AlertsNotSaved, LogLevel.Error, "Alerts could not be written. They are sent all the same, and written later.")]
    private static partial void LogNotSaved(ILogger logger, Exception exception);
}
