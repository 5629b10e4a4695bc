using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Gates.Decision.Office;
using ControlPlane.Grains.Gates.Policy;

namespace ControlPlane.Grains.Gates.Decision.Controls;

/// <summary>LIVE for the whole system. An arming is written before it counts; a disarming counts at once.</summary>
internal sealed class LiveControl(
    GateContext context, ControlState state, GateDecision decision, TransitionLog transitions, GateAcknowledgements acknowledgements, OperatorActs acts)
{
    public Task<ControlAnswer> ArmAsync(TimeSpan duration, string reason, Caller by)
    {
        var disarmings = state.Disarmings;
        var act = OperatorAct.Of("live.arm", OperatorAct.System, ("reason", reason), ("minutes", $"{duration.TotalMinutes:0.##}"));
        return acts.RunAsync(act, by, () => ArmAsync(duration, reason, by, disarmings), ControlState.CodeOf, state.Refused);
    }

    public async Task<ControlAnswer> DisarmAsync(Caller by)
    {
        var was = state.Live.Armed;
        state.Disarm();
        if (was) decision.PublishControls(by);
        await acknowledgements.WaitAsync(decision.Position);
        return state.Answer(true, null, null);
    }

    private async Task<ControlAnswer> ArmAsync(TimeSpan duration, string reason, Caller by, long disarmings)
    {
        if (state.Kill.Engaged) return state.Answer(false, Codes.KillSwitchEngaged, "The kill switch is engaged; LIVE can be armed once it is released.");
        var published = decision.Published;
        var armed = new LiveTrading(true, context.Time.GetUtcNow() + duration, by.Name);
        var recorded = published with { Version = published.Version + 1, Live = armed, DecidedAt = context.Time.GetUtcNow() };
        var row = new GateTransition(
            recorded.DecidedAt, recorded.Epoch, recorded.Version, "live_trading", state.Live.Armed ? "armed" : "disarmed", "armed", "Armed", reason, by.Name, by.TraceId, PastDecisionPolicy.Write(recorded));
        try
        {
            await transitions.AppendAsync([row]);
        }
        catch (Exception e)
        {
            ControlsStore.LogControlNotWritten(context.Logger, "arm", e);
            decision.Correct(recorded);
            return state.Answer(false, Codes.DataUnavailable, "The arming could not be written, so LIVE stays as it was.");
        }

        if (disarmings != state.Disarmings)
        {
            decision.Correct(recorded);
            return state.Answer(false, Codes.LiveNotArmed, "Somebody disarmed LIVE, or engaged the kill switch, while the arming was being written.");
        }

        state.Arm(armed, duration);
        decision.PublishControls(by, recorded);
        return state.Answer(true, null, null);
    }
}
