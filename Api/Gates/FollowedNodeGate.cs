using ControlPlane.Grains.Gates.Node;

namespace ControlPlane.Api.Gates;

/// <summary>The gate as this process' follower keeps it.</summary>
internal sealed class FollowedNodeGate(NodeGate gate) : INodeGate
{
    public event Action? Changed
    {
        add => gate.Changed += value;
        remove => gate.Changed -= value;
    }

    public NodeGateReading Read()
    {
        var reading = gate.Read();
        return new(reading.Snapshot, reading.ValidForMs, reading.HeardAt) { Refusal = reading.Refusal, Suspended = reading.Suspended };
    }
}
