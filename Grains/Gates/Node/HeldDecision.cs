using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Policy;

namespace ControlPlane.Grains.Gates.Node;

/// <summary>The gate's decision on a node that is force closed by a kill: blocked, also before the gate knows the kill.</summary>
internal static class HeldDecision
{
    public static GateSnapshot Of(GateSnapshot system, KillSwitch kill) => system.Kill.Engaged ? system : system with
    {
        Status = SystemStatus.Blocked,
        TradingState = TradingState.Halted,
        Kill = kill,
        Live = LiveTrading.Disarmed,
        Blockers = [BlockerPolicy.Kill(kill, "system", null), .. system.Blockers],
        PathToOk = [new PathStep(1, "release_kill", null, [], "Release the system's kill switch."), .. system.PathToOk.Select(s => s with { Step = s.Step + 1 })],
    };
}
