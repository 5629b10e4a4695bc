using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Node;

namespace ControlPlane.Silo.Hosting.Health;

/// <summary>Whether a silo without an API is ready, by the rule of the API's <c>/readyz</c>: it has heard from the gate, is taken by it,
/// and its store answers. A gate that is BLOCKED is no reason.</summary>
internal static class SiloReadiness
{
    /// <param name="gate">This node's gate.</param>
    /// <param name="storeProven">Whether the store was read or written within the lease.</param>
    /// <param name="stopping">Whether the process is on its way out.</param>
    /// <returns>Why it is not ready; null when it is.</returns>
    public static string? WhyNot(NodeGateReading gate, bool storeProven, bool stopping) =>
        stopping ? "This node is stopping."
        : gate.Refusal != GateRefusal.None ? "This node runs another version or configuration than the cluster's gate, or holds other access tokens: the gate does not take it."
        : gate.Snapshot is null ? "This node has not heard from the gate yet."
        : !storeProven ? "The store does not answer."
        : null;
}
