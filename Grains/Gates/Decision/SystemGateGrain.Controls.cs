using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Gates.Decision.Controls;
using ControlPlane.Grains.Gates.Kills;
using ControlPlane.Grains.Gates.Policy;
using ControlPlane.Grains.Kills;

namespace ControlPlane.Grains.Gates.Decision;

/// <summary>What people decide: kill, release, LIVE. A kill is applied first and written after; what loosens is written first.</summary>
internal sealed partial class SystemGateGrain
{

    /// <summary>While a release is being written nothing else is: it would undo it, or be undone by it.</summary>
    private bool _releasing;

    /// <summary>Kills that are taken and not answered yet. A release lets them be answered first.</summary>
    private int _answering;
    private readonly GateSignal _answered = new();

    /// <summary>Who has come this far knows of every kill that is engaged.</summary>
    private GatePosition _killPosition;

    /// <summary>Who has come this far knows that the switch is engaged.</summary>
    private GatePosition _engagedPosition;

    public Task<KillAnswer> Kill(string reason, Caller by) => DeliverKill(new KillOrder(Guid.NewGuid(), null, reason, by, _time.GetUtcNow()));

    public async Task<KillAnswer> DeliverKill(KillOrder order)
    {
        if (_state.Kills.IsReleased(order.Id)) return new KillAnswer(false, true, new(0, 0), new(0, 0), _state.Kill) { Superseded = true };
        var orders = _state.Kills.Orders;
        if (_state.Kills.Take(order)) PublishKill(order.By);
        var counted = _state.Kills.Orders != orders;
        if (counted) _answering++;
        try
        {
            var position = _killPosition;
            var durable = WriteControlsIfNeededAsync();
            var nodes = await WaitForAcknowledgement(position);

            // The store has had the time the nodes took, and a moment more; the kill holds without it.
            await Task.WhenAny(durable, Task.Delay(TimeSpan.FromMilliseconds(250), _time));
            _term.MustBeInOffice(position);
            if (_state.Kills.IsReleased(order.Id)) return new KillAnswer(false, true, nodes, new(0, 0), _state.Kill) { Superseded = true };
            return new KillAnswer(true, _state.Kills.IsDurable(order.Id), nodes, _bots.Runners(_engagedPosition), _state.Kill);
        }
        finally
        {
            if (counted) _answering--;
            _answered.Pulse();
        }
    }

    private void PublishKill(Caller by)
    {
        var before = _state.Kill.Engaged;
        _state.ShowSwitch();
        _state.Disarm();
        PublishControls(by);
        _killPosition = Position;
        if (!before) _engagedPosition = Position;
    }

    public Task<ControlAnswer> Release(string reason, Caller by)
    {
        // Counted from here: a kill that comes while the audit entry is being written was asked for after this release.
        var orders = _state.Kills.Orders;
        return _acts.RunAsync(OperatorAct.Of("kill.release", OperatorAct.System, ("reason", reason)), by, () => ReleaseAsync(reason, by, orders), ControlState.CodeOf, _state.Refused);
    }

    public Task<ControlAnswer> ArmLive(TimeSpan duration, string reason, Caller by)
    {
        var disarmings = _state.Disarmings;
        var act = OperatorAct.Of("live.arm", OperatorAct.System, ("reason", reason), ("minutes", $"{duration.TotalMinutes:0.##}"));
        return _acts.RunAsync(act, by, () => ArmLiveAsync(duration, reason, by, disarmings), ControlState.CodeOf, _state.Refused);
    }

    private async Task<ControlAnswer> ReleaseAsync(string reason, Caller by, long orders)
    {
        if (!_state.Kill.Engaged) return _state.Answer(true, null, null);
        await KillsAnsweredAsync();
        if (_releasing) return _state.Answer(false, Codes.KillSwitchEngaged, "Another release is being written.");
        if (_state.Kills.Orders != orders) return _state.Answer(false, Codes.KillSwitchEngaged, "The kill switch was engaged again meanwhile.");
        _releasing = true;
        var (row, givenUp) = (_state.Kills.RowReleased(), false);
        var written = await TryWithinAsync(WriteRowAsync(() =>
        {
            if (givenUp) return null;
            _state.Kills.Unsettle();
            _state.ShowSwitch();
            return (row, _state.Fence + 1);
        }));
        (_releasing, givenUp) = (false, true);
        if (written && _state.Kills.Orders == orders)
        {
            _state.Kills.Release(row);
            _state.ShowSwitch();
            _state.Fence++;
            PublishControls(by, why: reason);
            _ = WriteControlsIfNeededAsync();
            return _state.Answer(true, null, null);
        }

        // Whatever has become of the write, the kill wins and is written again. Nodes keep it under an id that no row says is released.
        var again = _state.Kills.Orders == orders;
        if (again) _state.Kills.Take(new KillOrder(Guid.NewGuid(), null, _state.Kill.Reason ?? "", Caller.System(by.TraceId), _time.GetUtcNow()));
        PublishKill(by);
        await TryWithinAsync(WriteControlsIfNeededAsync());
        return again
            ? _state.Answer(false, Codes.DataUnavailable, "Whether the release was written is not known, so the kill switch is engaged again.")
            : _state.Answer(false, Codes.KillSwitchEngaged, "The kill switch was engaged again meanwhile.");
    }

    private async Task KillsAnsweredAsync()
    {
        var startedAt = _time.GetTimestamp();
        var limit = _options.Lease + TimeSpan.FromSeconds(2);
        while (_answering > 0 && limit - _time.GetElapsedTime(startedAt) is var left && left > TimeSpan.Zero)
        {
            await Task.WhenAny(_answered.Next, Task.Delay(left, _time));
        }
    }

    private async Task<ControlAnswer> ArmLiveAsync(TimeSpan duration, string reason, Caller by, long disarmings)
    {
        if (_state.Kill.Engaged) return _state.Answer(false, Codes.KillSwitchEngaged, "The kill switch is engaged; LIVE can be armed once it is released.");
        var armed = new LiveTrading(true, _time.GetUtcNow() + duration, by.Name);
        var recorded = _published with { Version = _published.Version + 1, Live = armed, DecidedAt = _time.GetUtcNow() };
        var row = new GateTransition(
            recorded.DecidedAt, recorded.Epoch, recorded.Version, "live_trading", _state.Live.Armed ? "armed" : "disarmed", "armed", "Armed", reason, by.Name, by.TraceId, PastDecisionPolicy.Write(recorded));
        try
        {
            await _transitionLog.AppendAsync([row]);
        }
        catch (Exception e)
        {
            LogControlNotWritten(_logger, "arm", e);
            Correct(recorded);
            return _state.Answer(false, Codes.DataUnavailable, "The arming could not be written, so LIVE stays as it was.");
        }

        if (disarmings != _state.Disarmings)
        {
            Correct(recorded);
            return _state.Answer(false, Codes.LiveNotArmed, "Somebody disarmed LIVE, or engaged the kill switch, while the arming was being written.");
        }

        _state.Arm(armed, duration);
        PublishControls(by, recorded);
        return _state.Answer(true, null, null);
    }

    public async Task<ControlAnswer> DisarmLive(string reason, Caller by)
    {
        var was = _state.Live.Armed;
        _state.Disarm();
        if (was) PublishControls(by);
        await WaitForAcknowledgement(Position);
        return _state.Answer(true, null, null);
    }

    /// <summary>Publishes a control at once, over the items that are open already.</summary>
    private void PublishControls(Caller by, GateSnapshot? recorded = null, string? why = null)
    {
        _openItems = _hysteresis.CloseOnly(OpeningHysteresis.Items(Inputs()));
        _publishedOpen = _publishedOpen.Intersect(_openItems);
        Publish(Decide(_publishedOpen), _published, by, recorded, why);
    }

    public Task<GatePosition> ReportBot(BotGateReport report)
    {
        _bots.Record(report, _published);
        _changed.Pulse();
        _acknowledged.Pulse();
        return Task.FromResult(Position);
    }
}
