using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;
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
    private readonly SemaphoreSlim _writingControls = new(1, 1);
    private long _killCalls;
    private long _disarmings;
    private readonly TakenKills _taken = new();

    /// <summary>Who has come this far knows of the kill that is engaged.</summary>
    private GatePosition _killPosition;

    public Task<KillAnswer> Kill(string reason, Caller by) => DeliverKill(new KillOrder(Guid.NewGuid(), null, reason, by, _time.GetUtcNow()));

    public async Task<KillAnswer> DeliverKill(KillOrder order)
    {
        if (!_kill.Engaged && _taken.Contains(order.Id))
        {
            return new KillAnswer(false, true, new(0, 0), new(0, 0), _kill) { Superseded = true };
        }

        _killCalls++;
        _taken.Add(order.Id);
        if (!_kill.Engaged)
        {
            _kill = Engaged(order);
            PublishControls(order.By);
            _killPosition = Position;
        }

        var position = _killPosition;
        var durable = WriteControlsIfNeededAsync();
        var nodes = await WaitForAcknowledgement(position);

        // The store has had the time the nodes took, and a moment more; the kill holds without it.
        await Task.WhenAny(durable, Task.Delay(TimeSpan.FromMilliseconds(250), _time));
        return new KillAnswer(true, _kill.Durable, nodes, _bots.Runners(position), _kill);
    }

    private static KillSwitch Engaged(KillOrder order) => new(true, order.Reason, order.By.Name, order.AskedAt, Durable: false);

    /// <summary>A kill that this process was asked for before the gate could take it holds before anything opens.</summary>
    private void TakePendingKill()
    {
        _kill = _controls.State.Kill;
        _fence = _controls.State.Fence;
        _taken.Restore(_controls.State.Taken);
        if (_kill.Engaged || _pendingKills.For(null) is not { } order || _taken.Contains(order.Id)) return;
        _taken.Add(order.Id);
        _kill = Engaged(order);
    }

    public Task<ControlAnswer> Release(string reason, Caller by)
    {
        // Counted from here: a kill that comes while the audit entry is being written was asked for after this release.
        var calls = _killCalls;
        return _acts.RunAsync(OperatorAct.Of("kill.release", OperatorAct.System, ("reason", reason)), by, () => ReleaseAsync(by, calls), CodeOf, Refused);
    }

    public Task<ControlAnswer> ArmLive(TimeSpan duration, string reason, Caller by)
    {
        var disarmings = _disarmings;
        var act = OperatorAct.Of("live.arm", OperatorAct.System, ("reason", reason), ("minutes", $"{duration.TotalMinutes:0.##}"));
        return _acts.RunAsync(act, by, () => ArmLiveAsync(duration, reason, by, disarmings), CodeOf, Refused);
    }

    private static string? CodeOf(ControlAnswer answer) => answer.Done ? null : answer.Code ?? Codes.DataUnavailable;

    private ControlAnswer Refused(ActRefusal refusal) => Control(false, refusal.Code, refusal.Message);

    private async Task<ControlAnswer> ReleaseAsync(Caller by, long calls)
    {
        if (!_kill.Engaged) return Control(true, null, null);
        if (_killCalls != calls) return Control(false, Codes.KillSwitchEngaged, "The kill switch was engaged again meanwhile.");
        if (!await TryWriteControlsAsync(KillSwitch.Released, _fence + 1)) return Control(false, Codes.DataUnavailable, "The release could not be written, so the kill switch stays engaged.");
        if (_killCalls != calls)
        {
            // Somebody asked for the kill while the release was being written; the kill wins and is written again.
            _kill = _kill with { Durable = false };
            await WriteControlsIfNeededAsync();
            return Control(false, Codes.KillSwitchEngaged, "The kill switch was engaged again meanwhile.");
        }

        _kill = KillSwitch.Released;
        _fence = _controls.State.Fence;
        PublishControls(by);
        return Control(true, null, null);
    }

    private async Task<ControlAnswer> ArmLiveAsync(TimeSpan duration, string reason, Caller by, long disarmings)
    {
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

        if (_disarmings != disarmings)
        {
            Correct(recorded);
            return Control(false, Codes.LiveNotArmed, "Somebody disarmed LIVE while the arming was being written.");
        }

        _live = armed;
        _liveUntil = _time.GetTimestamp() + (long)(duration.TotalSeconds * _time.TimestampFrequency);
        PublishControls(by, recorded);
        return Control(true, null, null);
    }

    public Task<ControlAnswer> DisarmLive(string reason, Caller by)
    {
        _disarmings++;
        if (_live.Armed)
        {
            _live = LiveTrading.Disarmed;
            PublishControls(by);
        }

        return Task.FromResult(Control(true, null, null));
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

    /// <summary>Writes an engaged kill that is not durable yet; tried again with every renewal.</summary>
    private async Task WriteControlsIfNeededAsync()
    {
        if (!_kill.Engaged || _kill.Durable || _writingControls.CurrentCount == 0) return;
        var kill = _kill;
        if (await TryWriteControlsAsync(kill with { Durable = true }, _fence) && _kill == kill) _kill = kill with { Durable = true };
    }

    private async Task<bool> TryWriteControlsAsync(KillSwitch kill, long fence)
    {
        await _writingControls.WaitAsync();
        var (killBefore, fenceBefore, takenBefore) = (_controls.State.Kill, _controls.State.Fence, _controls.State.Taken);
        try
        {
            _controls.State.Kill = kill;
            _controls.State.Fence = fence;
            _controls.State.Taken = _taken.Ids;
            await _controls.WriteStateAsync();
            return true;
        }
        catch (Exception e)
        {
            _controls.State.Kill = killBefore;
            _controls.State.Fence = fenceBefore;
            _controls.State.Taken = takenBefore;
            LogControlNotWritten(_logger, kill.Engaged ? "kill" : "release", e);
            if (e is InconsistentStateException) await TryReloadControlsAsync();
            return false;
        }
        finally
        {
            _writingControls.Release();
        }
    }

    /// <summary>A write whose answer was lost may have gone through: take its ETag, keep what is decided here.</summary>
    private async Task TryReloadControlsAsync()
    {
        try
        {
            await _controls.ReadStateAsync();
        }
        catch (Exception e)
        {
            LogControlNotWritten(_logger, "reload", e);
        }
    }

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
