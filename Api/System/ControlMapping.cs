using ControlPlane.Abstractions;
using ControlPlane.Api.Gates;
using ControlPlane.Contracts;

namespace ControlPlane.Api.SystemControl;

/// <summary>Kills, releases and LIVE as the contract writes them.</summary>
internal static class ControlMapping
{
    public static KillAnswerBody ToContract(this KillAnswer answer, KillOrder order, KillRequestBody asked, KilledVenues.Outcome? venues, DateTimeOffset now, string traceId) => new(
        answer.Engaged,
        answer.Durable,
        answer.Nodes.ToContract(),
        answer.Runners.ToContract(),
        answer.Kill.ToContract(),
        traceId,
        Code: answer.Engaged ? null : Codes.DataUnavailable,
        Unavailable: [.. Brokers(order, now, venues)],
        order.CancelOpenOrders ?? "none",
        venues?.Brokers ?? [],
        asked.Ignored,
        venues?.Positions);

    /// <summary>Figures of brokers that are unknown, since only the gateway reaches them.</summary>
    private static IEnumerable<UnavailableRow> Brokers(KillOrder order, DateTimeOffset now, KilledVenues.Outcome? venues = null)
    {
        if (order.CancelOpenOrders is null) yield break;
        if (venues?.Brokers is null) yield return new UnavailableRow("brokers", Codes.GatewayUnavailable, now);
        if (venues?.Positions is null) yield return new UnavailableRow("positions", Codes.GatewayUnavailable, now);
    }

    /// <summary>The answer for a kill that no gate has taken yet: this node has it, the others are unknown.</summary>
    public static KillAnswerBody ToKept(KillOrder kill, KillRequestBody asked, bool engagedHere, DateTimeOffset now, string traceId) => new(
        engagedHere,
        Durable: false,
        engagedHere ? new AcknowledgementRow(1, 1) : new AcknowledgementRow(1, null),
        new AcknowledgementRow(null, null),
        new KillSwitchRow(engagedHere, kill.Reason, kill.By.Name, kill.AskedAt),
        traceId,
        engagedHere ? null : Codes.ControlPlaneUnreachable,
        [
            .. engagedHere ? Array.Empty<UnavailableRow>() : [new UnavailableRow("nodes", Codes.ControlPlaneUnreachable, now)],
            new UnavailableRow("runners", Codes.ControlPlaneUnreachable, now),
            .. Brokers(kill, now),
        ],
        kill.CancelOpenOrders ?? "none",
        Brokers: [],
        asked.Ignored);

    public static KillDrillAnswer ToContract(this KillDrill drill) => new(
        drill.At,
        drill.TookMs,
        [.. drill.Nodes.Select(node => new DrillNodeRow(node.Node, node.Ms is not null, node.Ms))],
        [.. drill.Runners.Select(runner => new DrillRunnerRow(runner.BotId, runner.RunnerId, runner.Ms is not null, runner.Ms))],
        drill.TraceId,
        drill.By,
        drill.StoreMs,
        drill.Recorded);

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
