using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Node;

namespace ControlPlane.Benchmarks.Gates;

/// <summary>A node's gate that is open, without a cluster behind it.</summary>
internal static class OpenGates
{
    /// <summary>The one bot that has a live lease.</summary>
    public const string Bot = "bench-bot";
    public const long LeaseEpoch = 1;
    private const long HourMs = 3_600_000;

    public static NodeGate Live(TimeProvider time)
    {
        var gate = new NodeGate(time);
        gate.Apply(new GateUpdate(new GatePosition(1, 1, 0), HourMs, Snapshot(1), BotsComplete: true, [new BotGateEntry(Bot, LeaseEpoch, HourMs, TradingState.Active, Gone: false, [])]), time.GetTimestamp());
        return gate;
    }

    public static GateSnapshot Snapshot(long version) => new()
    {
        Epoch = 1,
        Version = version,
        Status = Contracts.SystemStatus.Ok,
        TradingState = TradingState.Active,
        Gates = [.. GateNames.All.Select(name => new GateCondition(name, GateStatus.True, false, "Healthy", "Fine.", default, default, default, ImmutableArray<string>.Empty, true))],
    };
}
