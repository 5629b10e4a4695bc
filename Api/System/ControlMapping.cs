using ControlPlane.Abstractions;
using ControlPlane.Api.Gates;
using ControlPlane.Contracts;

namespace ControlPlane.Api.SystemControl;

/// <summary>Kills, releases and LIVE as the contract writes them.</summary>
internal static class ControlMapping
{
    public static KillAnswerBody ToContract(this KillAnswer answer, string traceId) => new(
        answer.Engaged, answer.Durable, answer.Nodes.ToContract(), answer.Runners.ToContract(), answer.Kill.ToContract(), traceId);

    public static ReleaseAnswerBody ToRelease(KillSwitch kill, string traceId) => new(kill.Engaged, kill.ToContract(), traceId);

    public static LiveAnswerBody ToLive(LiveTrading live, string traceId) => new(live.Armed, live.Until, live.ToContract(), traceId);

    public static TransitionRow ToContract(GateTransition transition) => new(
        transition.At,
        transition.Epoch,
        transition.Version,
        transition.Subject,
        transition.From,
        transition.To,
        transition.Reason,
        transition.Message,
        transition.By,
        transition.TraceId);
}
