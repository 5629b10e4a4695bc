using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Policy;
using ControlPlane.Grains.Kills;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace ControlPlane.Grains.Gates.Decision;

/// <summary>What people decide: kill, release, LIVE. A kill is applied first and written after; what loosens is written first.</summary>
internal sealed partial class SystemGateGrain
{
    private KillSwitch _kill = KillSwitch.Released;
    private LiveTrading _live = LiveTrading.Disarmed;
    private long _liveUntil;
    private long _fence;
    private readonly KillRegister _kills = new();
    private readonly SemaphoreSlim _writingControls = new(1, 1);

    /// <summary>True after a write whose outcome is not known: the row is read before the next one.</summary>
    private bool _controlsUnknown;

    /// <summary>While a release is being written nothing else is: it would undo it, or be undone by it.</summary>
    private bool _releasing;
    private Task _writingKill = Task.CompletedTask;

    /// <summary>Kills that are taken and not answered yet. A release lets them be answered first.</summary>
    private int _answering;
    private TaskCompletionSource _answered = NewSignal();

    /// <summary>Grows with every disarming, so that an arming that was being written meanwhile does not win over it.</summary>
    private long _disarmings;

    /// <summary>Who has come this far knows of every kill that is engaged.</summary>
    private GatePosition _killPosition;

    /// <summary>Who has come this far knows that the switch is engaged.</summary>
    private GatePosition _engagedPosition;

    public Task<KillAnswer> Kill(string reason, Caller by) => DeliverKill(new KillOrder(Guid.NewGuid(), null, reason, by, _time.GetUtcNow()));

    public async Task<KillAnswer> DeliverKill(KillOrder order)
    {
        if (_kills.IsReleased(order.Id)) return new KillAnswer(false, true, new(0, 0), new(0, 0), _kill) { Superseded = true };
        var orders = _kills.Orders;
        if (_kills.Take(order)) PublishKill(order.By);
        var counted = _kills.Orders != orders;
        if (counted) _answering++;
        try
        {
            var position = _killPosition;
            var durable = WriteControlsIfNeededAsync();
            var nodes = await WaitForAcknowledgement(position);

            // The store has had the time the nodes took, and a moment more; the kill holds without it.
            await Task.WhenAny(durable, Task.Delay(TimeSpan.FromMilliseconds(250), _time));
            if (_kills.IsReleased(order.Id)) return new KillAnswer(false, true, nodes, new(0, 0), _kill) { Superseded = true };
            return new KillAnswer(true, _kills.IsDurable(order.Id), nodes, _bots.Runners(_engagedPosition), _kill);
        }
        finally
        {
            if (counted) _answering--;
            Interlocked.Exchange(ref _answered, NewSignal()).TrySetResult();
        }
    }

    private void PublishKill(Caller by)
    {
        var before = _kill.Engaged;
        _kill = _kills.Switch;
        Disarm();
        PublishControls(by);
        _killPosition = Position;
        if (!before) _engagedPosition = Position;
    }

    /// <summary>Takes over the row, and the kills that this node knows of, before anything is decided. The row is written at once, with this gate's
    /// epoch: whatever a gate before this one has still under way no longer fits the row's version.</summary>
    private async Task TakeOverControlsAsync()
    {
        var row = _controls.State;
        var old = row.Engaged.IsDefaultOrEmpty && row.Kill.Engaged;
        _kills.Restore(new(row.Kill, old ? row.Taken : row.Engaged, old ? [] : row.Taken));
        _fence = row.Fence;
        foreach (var order in _pendingKills.For(null))
        {
            if (!_kills.IsReleased(order.Id)) _kills.Take(order);
        }

        var written = _kills.Row;
        SetRow(written, _fence);
        await _controls.WriteStateAsync();
        _kills.Written(written);
        _kill = _kills.Switch;
    }

    public async Task<ControlAnswer> Release(string reason, Caller by)
    {
        if (!_kill.Engaged) return Control(true, null, null);
        await KillsAnsweredAsync();
        if (_releasing) return Control(false, Codes.KillSwitchEngaged, "Another release is being written.");
        _releasing = true;
        var (orders, row) = (_kills.Orders, _kills.RowReleased());
        var written = await TryWithinAsync(WriteRowAsync(() =>
        {
            _kills.Unsettle();
            _kill = _kills.Switch;
            return (row, _fence + 1);
        }));
        _releasing = false;
        if (written && _kills.Orders == orders)
        {
            _kills.Release(row);
            _kill = _kills.Switch;
            _fence++;
            PublishControls(by);
            return Control(true, null, null);
        }

        // Whatever has become of the write, the kill wins and is written again. Nodes keep it under an id that no row says is released.
        var again = _kills.Orders == orders;
        if (again) _kills.Take(new KillOrder(Guid.NewGuid(), null, _kill.Reason ?? "", Caller.System(by.TraceId), _time.GetUtcNow()));
        PublishKill(by);
        await TryWithinAsync(WriteControlsIfNeededAsync());
        return again
            ? Control(false, Codes.DataUnavailable, "Whether the release was written is not known, so the kill switch is engaged again.")
            : Control(false, Codes.KillSwitchEngaged, "The kill switch was engaged again meanwhile.");
    }

    private async Task KillsAnsweredAsync()
    {
        var startedAt = _time.GetTimestamp();
        var limit = _options.Lease + TimeSpan.FromSeconds(2);
        while (_answering > 0 && limit - _time.GetElapsedTime(startedAt) is var left && left > TimeSpan.Zero)
        {
            await Task.WhenAny(_answered.Task, Task.Delay(left, _time));
        }
    }

    public async Task<ControlAnswer> ArmLive(TimeSpan duration, string reason, Caller by)
    {
        if (_kill.Engaged) return Control(false, Codes.KillSwitchEngaged, "The kill switch is engaged; LIVE can be armed once it is released.");
        var disarmings = _disarmings;
        var armed = new LiveTrading(true, _time.GetUtcNow() + duration, by.Name);
        var recorded = _published with { Version = _published.Version + 1, Live = armed, DecidedAt = _time.GetUtcNow() };
        var row = new GateTransition(
            recorded.DecidedAt, recorded.Epoch, recorded.Version, "live_trading", _live.Armed ? "armed" : "disarmed", "armed", "Armed", reason, by.Name, by.TraceId, PastDecisionPolicy.Write(recorded));
        try
        {
            await _transitions.AppendAsync([row], CancellationToken.None).WaitAsync(_options.Lease, _time);
        }
        catch (Exception e)
        {
            LogControlNotWritten(_logger, "arm", e);
            Correct(recorded);
            return Control(false, Codes.DataUnavailable, "The arming could not be written, so LIVE stays as it was.");
        }

        if (disarmings != _disarmings)
        {
            Correct(recorded);
            return Control(false, Codes.LiveNotArmed, "Somebody disarmed LIVE, or engaged the kill switch, while the arming was being written.");
        }

        _live = armed;
        _liveUntil = _time.GetTimestamp() + (long)(duration.TotalSeconds * _time.TimestampFrequency);
        PublishControls(by, recorded);
        return Control(true, null, null);
    }

    public async Task<ControlAnswer> DisarmLive(string reason, Caller by)
    {
        var was = _live.Armed;
        Disarm();
        if (was) PublishControls(by);
        await WaitForAcknowledgement(Position);
        return Control(true, null, null);
    }

    private void Disarm()
    {
        _disarmings++;
        _live = LiveTrading.Disarmed;
    }

    private void EndLiveWhenOver()
    {
        if (_live.Armed && _time.GetTimestamp() >= _liveUntil) _live = LiveTrading.Disarmed;
    }

    private ControlAnswer Control(bool done, string? code, string? message) => new(done, code, message, _kill, _live);

    /// <summary>Publishes a control at once, over the items that are open already.</summary>
    private void PublishControls(Caller by, GateSnapshot? recorded = null)
    {
        _openItems = _hysteresis.CloseOnly(OpeningHysteresis.Items(Inputs()));
        _publishedOpen = _publishedOpen.Intersect(_openItems);
        Publish(Decide(_publishedOpen), _published, by, recorded);
    }

    /// <summary>Writes engaged kills that are not on disk yet; tried again with every renewal.</summary>
    private Task WriteControlsIfNeededAsync()
    {
        if (_kills.NeedsWrite && _writingKill.IsCompleted) _writingKill = WriteKillsAsync();
        return _writingKill;
    }

    private async Task WriteKillsAsync()
    {
        while (_kills.NeedsWrite)
        {
            KillRow? row = null;
            if (!await WriteRowAsync(() => _releasing ? null : (row = _kills.Row, _fence))) return;
            _kills.Written(row!);
            _kill = _kills.Switch;
        }
    }

    /// <summary>Writes the row, one write after the other. False when it was not written, or nobody knows.</summary>
    /// <param name="row">Asked for right before the write; null when there is nothing to write any more.</param>
    private async Task<bool> WriteRowAsync(Func<(KillRow Kills, long Fence)?> row)
    {
        await _writingControls.WaitAsync();
        try
        {
            for (var attempt = 0; ; attempt++)
            {
                if (_controlsUnknown) await ReloadControlsAsync();
                if (row() is not var (kills, fence)) return false;
                SetRow(kills, fence);
                try
                {
                    await _controls.WriteStateAsync();
                    return true;
                }
                catch (InconsistentStateException) when (attempt == 0)
                {
                    _controlsUnknown = true;
                }
            }
        }
        catch (Exception e)
        {
            LogControlNotWritten(_logger, _kill.Engaged ? "kill" : "control", e);
            _controlsUnknown = true;
            return false;
        }
        finally
        {
            _writingControls.Release();
        }
    }

    private void SetRow(KillRow kills, long fence)
    {
        var row = _controls.State;
        (row.Kill, row.Engaged, row.Taken, row.Fence, row.Epoch) = (kills.Switch, kills.Engaged, kills.Released, fence, _lease.State.Epoch);
    }

    /// <summary>Takes the row's version; what is decided here stays. A row of a later gate ends this one.</summary>
    private async Task ReloadControlsAsync()
    {
        await _controls.ReadStateAsync();
        if (_controls.State.Epoch > _lease.State.Epoch)
        {
            ShutOut();
            throw new InconsistentStateException("A later gate has written the row.");
        }

        _controlsUnknown = false;
    }

    private async Task<bool> TryWithinAsync(Task<bool> write)
    {
        try
        {
            return await write.WaitAsync(_options.Lease, _time);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task TryWithinAsync(Task write) =>
        await write.WaitAsync(_options.Lease, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    public Task<GatePosition> ReportBot(BotGateReport report)
    {
        _bots.Record(report, _published);
        ReleaseWaiters();
        PulseAcknowledgements();
        return Task.FromResult(Position);
    }

    [LoggerMessage(EventIds.SystemGateControlNotWritten, LogLevel.Error, "A {Control} could not be written.")]
    private static partial void LogControlNotWritten(ILogger logger, string control, Exception exception);
}
