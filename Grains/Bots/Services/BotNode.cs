using ControlPlane.Grains.Bots.Leases;
using ControlPlane.Grains.Gates.Decision;
using ControlPlane.Grains.Gates.Kills;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Grains.Gates.Suspension;

namespace ControlPlane.Grains.Bots.Services;

/// <summary>What this node knows that bears on its bots.</summary>
internal sealed class BotNode(NodeGate gate, GateProviders providers, LeaseMemory leases, IPendingKills kills, SuspensionWatch suspension)
{
    public NodeGate Gate => gate;

    public GateProviders Providers => providers;

    /// <summary>Leases that another silo, or an earlier process, has kept.</summary>
    public LeaseMemory Leases => leases;

    /// <summary>Kills that may not be on disk yet.</summary>
    public IPendingKills Kills => kills;

    public SuspensionWatch Suspension => suspension;
}
