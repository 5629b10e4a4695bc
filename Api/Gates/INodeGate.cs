using ControlPlane.Abstractions;

namespace ControlPlane.Api.Gates;

/// <summary>The gate as this node knows it, for those who show it. Those who act ask <see cref="IGate"/>.</summary>
public interface INodeGate
{
    /// <summary>Raised after another decision was heard, and when the lease came back. That it runs out by itself raises nothing.
    /// Handlers hand over and return.</summary>
    event Action? Changed;

    /// <summary>A local read: no call, no lock.</summary>
    NodeGateReading Read();
}

/// <summary>What this node has heard of the gate.</summary>
/// <param name="Snapshot">The last decision heard, however old; null when nothing was ever heard.</param>
/// <param name="ValidForMs">How long the node's lease still runs; 0 when it has run out and <paramref name="Snapshot"/> is history.</param>
/// <param name="LastHeardAt">When the gate was last heard, by the wall clock, for display.</param>
public sealed record NodeGateReading(GateSnapshot? Snapshot, long ValidForMs, DateTimeOffset? LastHeardAt)
{
    /// <summary>Why the gate does not take this node, if it does not.</summary>
    public GateRefusal Refusal { get; init; }

    /// <summary>Set for one lease after this node's host has slept: it is closed for as long.</summary>
    public Reason? Suspended { get; init; }
}
