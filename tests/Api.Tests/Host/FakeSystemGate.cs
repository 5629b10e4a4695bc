using System.Collections.Concurrent;
using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;

namespace ControlPlane.Api.Tests.Host;

internal sealed class FakeSystemGate : ISystemGateGrain, ISystemAdminGrain
{
    /// <summary>The product's own check of operators, over the fake audit log.</summary>
    public OperatorActs Acts { get; set; } = null!;

    public string? KillReason { get; private set; }
    public int Releases { get; private set; }
    public Exception? Failing { get; set; }

    public Task<GateUpdate> WaitForChange(GateFollowRequest request) => throw new NotSupportedException();
    public Task EvidenceChanged(string provider) => Task.CompletedTask;
    public Task<ProgressReceipt> ReportProgress(ComponentProgress progress) => Task.FromResult(new ProgressReceipt(true, 3_000, null));
    public Task<GatePosition> ReportBot(BotGateReport report) => throw new NotSupportedException();
    public Task<Acknowledgements> WaitForAcknowledgement(GatePosition position) => throw new NotSupportedException();

    public bool Durable { get; set; } = true;
    public ConcurrentBag<Guid> Released { get; } = [];
    public ConcurrentQueue<KillOrder> Orders { get; } = new();

    public Task<KillAnswer> Kill(string reason, Caller by) => DeliverKill(new KillOrder(Guid.NewGuid(), null, reason, by, DateTimeOffset.UnixEpoch));

    public Task<KillAnswer> DeliverKill(KillOrder order)
    {
        Orders.Enqueue(order);
        if (Failing is { } exception) throw exception;
        if (Released.Contains(order.Id)) return Task.FromResult(new KillAnswer(false, true, new(0, 0), new(0, 0), KillSwitch.Released) { Superseded = true });
        KillReason = order.Reason;
        return Task.FromResult(new KillAnswer(true, Durable, new(1, 1), new(0, 0), new KillSwitch(true, order.Reason, order.By.Name, DateTimeOffset.UnixEpoch, Durable)));
    }

    public Task<KillDrill> Drill(Caller by) => Task.FromResult(new KillDrill(
        DateTimeOffset.UnixEpoch, by.Name, 12, 1.5, [new DrilledNode("n1", 0.4)], [new DrilledRunner("b", "r", null)], by.TraceId, true));

    public Task<ControlAnswer> Release(string reason, Caller by) => Act("kill.release", reason, by, () =>
    {
        if (Failing is { } exception) throw exception;
        Releases++;
        return Done(KillSwitch.Released, LiveTrading.Disarmed);
    });

    public Task<ControlAnswer> ArmLive(TimeSpan duration, string reason, Caller by) =>
        Act("live.arm", reason, by, () => Done(KillSwitch.Released, new LiveTrading(true, DateTimeOffset.UnixEpoch + duration, by.Name)));

    public Task<ControlAnswer> ConfirmStore(string reason, TimeSpan sessionLifetime, Caller by) => Task.FromResult(new ControlAnswer(true, null, null, KillSwitch.Released, LiveTrading.Disarmed));

    public Task<ControlAnswer> DisarmLive(string reason, Caller by) => Done(KillSwitch.Released, LiveTrading.Disarmed);

    private Task<ControlAnswer> Act(string action, string reason, Caller by, Func<Task<ControlAnswer>> act) => Acts.RunAsync(
        OperatorAct.Of(action, OperatorAct.System, ("reason", reason)), by, act, static a => a.Code, static r => new ControlAnswer(false, r.Code, r.Message, KillSwitch.Released, LiveTrading.Disarmed));

    private static Task<ControlAnswer> Done(KillSwitch kill, LiveTrading live) => Task.FromResult(new ControlAnswer(true, null, null, kill, live));
}
