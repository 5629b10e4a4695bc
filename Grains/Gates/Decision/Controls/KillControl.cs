using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Gates.Decision.Office;
using ControlPlane.Grains.Gates.Kills;

namespace ControlPlane.Grains.Gates.Decision.Controls;

/// <summary>The kill switch. A kill is applied first and written after; a release is written first.</summary>
internal sealed class KillControl(
    GateContext context, ControlState state, ControlsStore store, GateDecision decision, GateTerm term, GateAcknowledgements acknowledgements, BotLedger bots, OperatorActs acts)
{
    private readonly KillRegister _kills = state.Kills;
    private readonly GateSignal _answered = new();
    private Task _writing = Task.CompletedTask;

    /// <summary>While a release is being written nothing else is: it would undo it, or be undone by it.</summary>
    private bool _releasing;

    /// <summary>Kills that are taken and not answered yet. A release lets them be answered first.</summary>
    private int _answering;

    /// <summary>Who has come this far knows of every kill that is engaged.</summary>
    private GatePosition _killPosition;

    /// <summary>Who has come this far knows that the switch is engaged.</summary>
    private GatePosition _engagedPosition;

    /// <summary>The first decision is published, with every kill in it that was taken over.</summary>
    public void Begin() => _killPosition = _engagedPosition = decision.Position;

    public async Task<KillAnswer> DeliverAsync(KillOrder order)
    {
        if (_kills.IsReleased(order.Id)) return new KillAnswer(false, true, new(0, 0), new(0, 0), state.Kill) { Superseded = true };
        var orders = _kills.Orders;
        if (_kills.Take(order)) Publish(order.By);
        var counted = _kills.Orders != orders;
        if (counted) _answering++;
        try
        {
            var position = _killPosition;
            var durable = WriteIfNeededAsync();
            var nodes = await acknowledgements.WaitAsync(position);

            // The store has had the time the nodes took, and a moment more; the kill holds without it.
            await Task.WhenAny(durable, Task.Delay(TimeSpan.FromMilliseconds(250), context.Time));
            term.MustBeInOffice(position);
            if (_kills.IsReleased(order.Id)) return new KillAnswer(false, true, nodes, new(0, 0), state.Kill) { Superseded = true };
            return new KillAnswer(true, _kills.IsDurable(order.Id), nodes, bots.Runners(_engagedPosition), state.Kill);
        }
        finally
        {
            if (counted) _answering--;
            _answered.Pulse();
        }
    }

    /// <summary>Publishes that the switch is engaged.</summary>
    public void Publish(Caller by)
    {
        var before = state.Kill.Engaged;
        state.ShowSwitch();
        state.Disarm();
        decision.PublishControls(by);
        _killPosition = decision.Position;
        if (!before) _engagedPosition = decision.Position;
    }

    public Task<ControlAnswer> ReleaseAsync(string reason, Caller by)
    {
        // Counted from here: a kill that comes while the audit entry is being written was asked for after this release.
        var orders = _kills.Orders;
        return acts.RunAsync(OperatorAct.Of("kill.release", OperatorAct.System, ("reason", reason)), by, () => ReleaseAsync(reason, by, orders), ControlState.CodeOf, state.Refused);
    }

    /// <summary>Writes engaged kills that are not on disk yet, and that a release is; tried again with every renewal.</summary>
    public Task WriteIfNeededAsync()
    {
        if (_kills.NeedsWrite && _writing.IsCompleted) _writing = WriteAsync();
        return _writing;
    }

    private async Task WriteAsync()
    {
        while (_kills.NeedsWrite)
        {
            KillRow? row = null;
            if (!await store.WriteAsync(() => _releasing ? null : (row = _kills.Row, state.Fence))) return;
            _kills.Written(row!);
            state.ShowSwitch();
        }
    }

    private async Task<ControlAnswer> ReleaseAsync(string reason, Caller by, long orders)
    {
        if (!state.Kill.Engaged) return state.Answer(true, null, null);
        await KillsAnsweredAsync();
        if (_releasing) return state.Answer(false, Codes.KillSwitchEngaged, "Another release is being written.");
        if (_kills.Orders != orders) return state.Answer(false, Codes.KillSwitchEngaged, "The kill switch was engaged again meanwhile.");
        _releasing = true;
        var (row, givenUp) = (_kills.RowReleased(), false);
        var written = await TryWithinAsync(store.WriteAsync(() =>
        {
            if (givenUp) return null;
            _kills.Unsettle();
            state.ShowSwitch();
            return (row, state.Fence + 1);
        }));
        (_releasing, givenUp) = (false, true);
        if (written && _kills.Orders == orders)
        {
            _kills.Release(row);
            state.ShowSwitch();
            state.Fence++;
            decision.PublishControls(by, why: reason);
            _ = WriteIfNeededAsync();
            return state.Answer(true, null, null);
        }

        // Whatever has become of the write, the kill wins and is written again. Nodes keep it under an id that no row says is released.
        var again = _kills.Orders == orders;
        if (again) _kills.Take(new KillOrder(KillRegister.AgainId(row.Released), null, state.Kill.Reason ?? "", Caller.System(by.TraceId), context.Time.GetUtcNow()));
        Publish(by);
        await TryWithinAsync(WriteIfNeededAsync());
        return again
            ? state.Answer(false, Codes.DataUnavailable, "Whether the release was written is not known, so the kill switch is engaged again.")
            : state.Answer(false, Codes.KillSwitchEngaged, "The kill switch was engaged again meanwhile.");
    }

    private async Task KillsAnsweredAsync()
    {
        var startedAt = context.Time.GetTimestamp();
        var limit = context.Options.Lease + TimeSpan.FromSeconds(2);
        while (_answering > 0 && limit - context.Time.GetElapsedTime(startedAt) is var left && left > TimeSpan.Zero)
        {
            await Task.WhenAny(_answered.Next, Task.Delay(left, context.Time));
        }
    }

    private async Task<bool> TryWithinAsync(Task<bool> write)
    {
        try
        {
            return await write.WaitAsync(context.Options.Lease, context.Time);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task TryWithinAsync(Task write) =>
        await write.WaitAsync(context.Options.Lease, context.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
}
