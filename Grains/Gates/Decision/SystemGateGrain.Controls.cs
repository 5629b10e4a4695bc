using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Gates.Kills;
using ControlPlane.Grains.Gates.Policy;
using ControlPlane.Grains.Kills;

namespace ControlPlane.Grains.Gates.Decision;

/// <summary>What people decide: kill, release, LIVE. A kill is applied first and written after; what loosens is written first.</summary>
internal sealed partial class SystemGateGrain
{
    private KillSwitch _kill = KillSwitch.Released;
    private LiveTrading _live = LiveTrading.Disarmed;
    private long _liveUntil;
    private long _fence;
    private readonly KillRegister _kills = new();

    /// <summary>While a release is being written nothing else is: it would undo it, or be undone by it.</summary>
    private bool _releasing;

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
            MustBeInOffice(position);
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

    public Task<ControlAnswer> Release(string reason, Caller by)
    {
        // Counted from here: a kill that comes while the audit entry is being written was asked for after this release.
        var orders = _kills.Orders;
        return _acts.RunAsync(OperatorAct.Of("kill.release", OperatorAct.System, ("reason", reason)), by, () => ReleaseAsync(reason, by, orders), CodeOf, Refused);
    }

    public Task<ControlAnswer> ArmLive(TimeSpan duration, string reason, Caller by)
    {
        var disarmings = _disarmings;
        var act = OperatorAct.Of("live.arm", OperatorAct.System, ("reason", reason), ("minutes", $"{duration.TotalMinutes:0.##}"));
        return _acts.RunAsync(act, by, () => ArmLiveAsync(duration, reason, by, disarmings), CodeOf, Refused);
    }

    private static string? CodeOf(ControlAnswer answer) => answer.Done ? null : answer.Code ?? Codes.DataUnavailable;

    private ControlAnswer Refused(ActRefusal refusal) => Control(false, refusal.Code, refusal.Message);

    private async Task<ControlAnswer> ReleaseAsync(string reason, Caller by, long orders)
    {
        if (!_kill.Engaged) return Control(true, null, null);
        await KillsAnsweredAsync();
        if (_releasing) return Control(false, Codes.KillSwitchEngaged, "Another release is being written.");
        if (_kills.Orders != orders) return Control(false, Codes.KillSwitchEngaged, "The kill switch was engaged again meanwhile.");
        _releasing = true;
        var (row, givenUp) = (_kills.RowReleased(), false);
        var written = await TryWithinAsync(WriteRowAsync(() =>
        {
            if (givenUp) return null;
            _kills.Unsettle();
            _kill = _kills.Switch;
            return (row, _fence + 1);
        }));
        (_releasing, givenUp) = (false, true);
        if (written && _kills.Orders == orders)
        {
            _kills.Release(row);
            _kill = _kills.Switch;
            _fence++;
            PublishControls(by, why: reason);
            _ = WriteControlsIfNeededAsync();
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

    private async Task<ControlAnswer> ArmLiveAsync(TimeSpan duration, string reason, Caller by, long disarmings)
    {
        if (_kill.Engaged) return Control(false, Codes.KillSwitchEngaged, "The kill switch is engaged; LIVE can be armed once it is released.");
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
    private void PublishControls(Caller by, GateSnapshot? recorded = null, string? why = null)
    {
        _openItems = _hysteresis.CloseOnly(OpeningHysteresis.Items(Inputs()));
        _publishedOpen = _publishedOpen.Intersect(_openItems);
        Publish(Decide(_publishedOpen), _published, by, recorded, why);
    }

    public Task<GatePosition> ReportBot(BotGateReport report)
    {
        _bots.Record(report, _published);
        ReleaseWaiters();
        PulseAcknowledgements();
        return Task.FromResult(Position);
    }
}
