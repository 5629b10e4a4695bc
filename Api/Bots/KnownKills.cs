using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Api.Gates;
using ControlPlane.Grains.Gates.Kills;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Grains.Gates.Policy;
using ControlPlane.Grains.Kills;

namespace ControlPlane.Api.Bots;

/// <summary>The last check before this node answers. A grain may have allowed an act before it heard of a kill. A node that knows the kill refuses
/// it. So does a node that may have missed one, since its gate lease has ended.</summary>
internal sealed class KnownKills(IPendingKills kills, NodeGate gate, TimeProvider time)
{
    private const string Rule = "gate";

    public StartAnswer Over(string botId, StartAnswer answer) => !answer.Granted || Of(botId) is not { } blocker ? answer : answer with
    {
        Granted = false,
        Code = blocker.Code,
        Lease = null,
        Blockers = [blocker, .. answer.Blockers],
        TradingState = TradingState.Halted,
        SystemStatus = blocker.BotId is null ? SystemStatus.Blocked : answer.SystemStatus,
    };

    public HeartbeatAnswer Over(string botId, HeartbeatAnswer answer) => answer.Code is not null || Of(botId) is not { } blocker ? answer : answer with
    {
        Directive = Directive.Halt,
        TradingState = TradingState.Halted,
        SystemStatus = blocker.BotId is null ? SystemStatus.Blocked : answer.SystemStatus,
    };

    public OrderAnswer Over(string botId, OrderAnswer answer) => !answer.Allowed || Of(botId) is not { } blocker ? answer : answer with
    {
        Allowed = false,
        OrderId = null,
        Refusals = [new OrderRefusal(blocker.Code, Rule, null, null, blocker.Message)],
        TradingState = TradingState.Halted,
    };

    private Blocker? Of(string botId) =>
        Blocker(kills.For(null), null) ?? Blocker(kills.For(botId), botId) ?? Unheard();

    /// <summary>A node that renews no lease for so long needs a person.</summary>
    private static readonly TimeSpan s_renewal = TimeSpan.FromSeconds(30);

    private Blocker? Unheard()
    {
        var reading = gate.Read();
        if (reading is { Snapshot: not null, ValidForMs: > 0 }) return null;
        return reading.Suspended is { } slept
            ? Abstractions.Blocker.From(slept, Severity.Blocked)
            : new(Codes.GateLeaseExpired, Severity.Blocked, "system", null, null, null, "This node has no valid lease of the gate.", "It renews by itself within seconds; ask again, or ask another node.", reading.HeardAt ?? time.GetUtcNow(), null) { Resolution = Resolution.SelfHealing, ManualAfter = s_renewal };
    }

    private static Blocker? Blocker(ImmutableArray<KillOrder> orders, string? botId) => orders is not [var order, ..]
        ? null
        : BlockerPolicy.Kill(new KillSwitch(true, order.Reason, order.By.Name, order.AskedAt, false), botId is null ? "system" : "bot", botId);
}
