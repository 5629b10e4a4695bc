using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Policy;

namespace ControlPlane.Grains.Gates.Node;

/// <summary>The gate's decision as a node shows it that holds a kill: blocked by it, also before the gate has heard of it.</summary>
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
