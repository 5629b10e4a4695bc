using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Alerts.Channels;
using ControlPlane.Grains.Alerts.Commands;
using ControlPlane.Grains.Alerts.Policy;
using ControlPlane.Grains.Alerts.Watching;
using ControlPlane.Grains.Gates.Node;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Alerts;

/// <summary>Looks once a second, decides, writes, sends. Nobody waits for any of it: the gate only asks how the channels stand.</summary>
internal sealed partial class AlertGrain(
    IAlertStore store, AlertRows rows, AlertOutbox outbox, AlertWatcher watcher, DeadMan deadMan, ChatListeners chats, AlertSettings settings, NodeGate gate, OperatorActs acts, TimeProvider time, ILogger<AlertGrain> logger)
    : Grain, IAlertGrain
{
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_readTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_testFailing = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan s_purgeEvery = TimeSpan.FromHours(1);
    private readonly long _startedAt = time.GetTimestamp();
    private AlertBook _book = AlertBook.Empty;
    private bool _loaded;
    private bool _looking;
    private long? _purgedAt;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await LoadAsync();
        chats.Start();
        this.RegisterGrainTimer(LookAsync, new GrainTimerCreationOptions(TimeSpan.Zero, s_lookEvery) { Interleave = true, KeepAlive = true });
    }

    public Task<ImmutableArray<AlertChannelStatus>> Standing() => Task.FromResult<ImmutableArray<AlertChannelStatus>>([.. settings.Channels.Keys.Select(rows.Channel)]);

    public async Task<HistoryPage<AlertView>> List(AlertFilter filter, int limit, string? before)
    {
        if (filter == AlertFilter.Open && _loaded)
            return new(HistoryOutcome.Read, [.. _book.Open.Select(a => rows.View(a.Record.AlertId)).OrderByDescending(v => v.Alert.OpenedAt).ThenByDescending(v => v.Alert.AlertId, StringComparer.Ordinal).Take(limit)], null);
        try
        {
            var page = await Task.Run(() => store.PageAsync(filter, limit, before, CancellationToken.None)).WaitAsync(s_readTimeout, time);
            return new(HistoryOutcome.Read, [.. page.Items.Select(v => rows.Knows(v.Alert.AlertId) ? rows.View(v.Alert.AlertId) : v)], page.Next);
        }
        catch (InvalidCursorException)
        {
            return new(HistoryOutcome.InvalidCursor, [], null);
        }
        catch (Exception e)
        {
            LogUnreadable(logger, e);
            return new(HistoryOutcome.Unreadable, [], null);
        }
    }

    public async Task<AlertAnswer> Acknowledge(string alertId, string reason, Caller by)
    {
        var act = OperatorAct.Of("alert.ack", $"alert/{alertId}", ("reason", reason));
        if (await acts.CheckAsync(act, by) is { } refusal) return new(refusal.Code, refusal.Message, null);
        return await acts.SettleAsync(act, by, () => AcknowledgeAsync(alertId, reason, by.Name), a => a.Code);
    }

    public async Task<AlertTestReport> Test(string? channel, Caller by)
    {
        var act = OperatorAct.Of("alert.test", channel is null ? "alerts" : $"alerts/{channel}");
        if (await acts.CheckAsync(act, by) is { } refusal) return new(refusal.Code, refusal.Message, []);
        if (channel is not null && !settings.Channels.ContainsKey(channel)) return new(Codes.InvalidRequest, "No channel of this name is configured.", []);
        if (settings.Channels.IsEmpty) return new(Codes.InvalidRequest, "No channel is configured.", []);
        return await acts.SettleAsync(act, by, () => TestAsync(channel is null ? settings.Channels.Keys : [channel]), r => r.Notices.All(n => n.Status == AlertNoticeStatus.Delivered) ? null : Codes.AlertsUndelivered);
    }

    public Task NodeNotReady(string node, GateRefusal refusal)
    {
        if (PlainText.Is(node, 200)) watcher.NodeNotReady(node, refusal);
        return Task.CompletedTask;
    }

    private AlertMoment Now() => new(time.GetUtcNow(), time.GetElapsedTime(_startedAt));

    private async Task LoadAsync()
    {
        try
        {
            var batch = await Task.Run(() => store.LoadAsync(CancellationToken.None)).WaitAsync(s_readTimeout, time);
            rows.Load(batch);
            var now = Now();
            outbox.Load(batch.Notices.Where(n => rows.Knows(n.AlertId)), now);
            _book = _book with { Open = _book.Open.AddRange(AlertBook.From(batch.Alerts.Where(a => a.Open), now).Open) };
            _loaded = true;
        }
        catch (Exception e)
        {
            // Current causes are sent in any case; earlier open alerts are resumed as soon as they can be read.
            LogNotLoaded(logger, e);
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        if (_looking) return;
        _looking = true;
        try
        {
            if (!_loaded) await LoadAsync();
            var now = Now();
            var (book, changes) = AlertPolicy.Advance(_book, watcher.Look(GrainFactory), now, settings.Options, () => Guid.CreateVersion7(now.Utc).ToString("N"));
            _book = book;
            foreach (var change in changes) Take(change, now);
            TestWhatIsIdle(now);
            await rows.SaveAsync();
            outbox.Pump(Now);
            deadMan.Tick(gate.Read().IsLive && rows.Works && _loaded && !outbox.AllFail);
            Purge();
        }
        catch (Exception e)
        {
            LogFailed(logger, e);
        }
        finally
        {
            _looking = false;
        }
    }

    private void Take(AlertChange change, AlertMoment now)
    {
        rows.Put(change.Alert);
        var notices = outbox.Tell(change, now);
        AlertMetrics.Changed(AlertText.Word(change.Event), change.Alert.Kind);
        LogChange(logger, change.Alert.AlertId, change.Event, change.Alert.Kind, change.Alert.Subject, notices);
    }

    private async Task<AlertAnswer> AcknowledgeAsync(string alertId, string reason, string by)
    {
        var now = Now();
        if (AlertPolicy.Acknowledge(_book, alertId, by, reason, now) is not { } done)
        {
            return _book.Open.Any(a => a.Record.AlertId == alertId)
                ? new(null, null, rows.View(alertId))
                : new(Codes.InvalidRequest, "No open alert has this id.", null);
        }

        _book = done.Book;
        Take(done.Change, now);
        await rows.SaveAsync();
        outbox.Pump(Now);
        return new(null, null, rows.View(alertId));
    }

    private async Task<AlertTestReport> TestAsync(IEnumerable<string> channels)
    {
        var now = Now();
        var test = new AlertRecord
        {
            AlertId = Guid.CreateVersion7(now.Utc).ToString("N"),
            Kind = AlertKinds.Test,
            Severity = AlertSeverity.Info,
            Subject = "alerts",
            Message = "A test of the channels.",
            Since = now.Utc,
            OpenedAt = now.Utc,
            ResolvedAt = now.Utc,
            NotifiedAt = now.Utc,
        };
        rows.Put(test);
        var notices = await Task.WhenAll(channels.Select(channel => outbox.TestAsync(test, channel, Now)).ToArray());
        await rows.SaveAsync();
        return new(null, null, [.. notices]);
    }

    /// <summary>A channel without a message for a day is tested, so that a broken one is found before it is needed. One that fails is tested sooner,
    /// so
    /// that it comes back without a person.</summary>
    private void TestWhatIsIdle(AlertMoment now)
    {
        if (!_loaded || settings.Options.TestEverySeconds <= 0) return;
        var every = TimeSpan.FromSeconds(settings.Options.TestEverySeconds);
        var idle = settings.Channels.Keys.Select(rows.Channel).Where(c => !(c.TriedAt is { } tried && now.Utc - tried < (c.FailingSince is null || every < s_testFailing ? every : s_testFailing))).Select(c => c.Channel).ToArray();
        if (idle.Length == 0) return;
        foreach (var name in idle) rows.Put(rows.Channel(name) with { TriedAt = now.Utc });
        TestAsync(idle).Ignore();
    }

    private void Purge()
    {
        if (_purgedAt is { } at && time.GetElapsedTime(at) < s_purgeEvery) return;
        _purgedAt = time.GetTimestamp();
        var olderThan = time.GetUtcNow() - TimeSpan.FromDays(settings.Options.RetentionDays);
        Task.Run(() => store.PurgeAsync(olderThan, CancellationToken.None)).Ignore();
    }

    [LoggerMessage(EventIds.AlertChanged, LogLevel.Warning, "Alert {AlertId} {Event}: {Kind} of {Subject}, {Notices} notices.")]
    private static partial void LogChange(ILogger logger, string alertId, AlertEvent @event, string kind, string subject, int notices);

    [LoggerMessage(EventIds.AlertsNotLoaded, LogLevel.Error, "The stored alerts could not be read.")]
    private static partial void LogNotLoaded(ILogger logger, Exception exception);

    [LoggerMessage(EventIds.AlertsLookFailed, LogLevel.Error, "The check for alerts failed.")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventIds.AlertsUnreadable, LogLevel.Warning, "The list of alerts could not be read.")]
    private static partial void LogUnreadable(ILogger logger, Exception exception);
}
