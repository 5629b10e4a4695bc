using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Node;

namespace ControlPlane.Silo.Hosting.Health;

/// <summary>Whether a silo without an API is ready, by the rule of the API's <c>/readyz</c>. It has heard from the gate and is taken by it, and its
/// store answers and takes the gate's row. A gate that is BLOCKED is no reason.</summary>
internal static class SiloReadiness
{
    /// <summary>How long a node may hear nothing of the gate: longer than a failover takes.</summary>
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(10);

    /// <param name="gate">This node's gate.</param>
    /// <param name="storeProven">Whether the store was read or written within the lease.</param>
    /// <param name="stopping">Whether the process is on its way out.</param>
    /// <returns>Why it is not ready; null when it is.</returns>
    public static string? WhyNot(NodeGateReading gate, bool storeProven, bool stopping, DateTimeOffset now) =>
        stopping ? "This node is stopping."
        : gate.Refusal != GateRefusal.None ? "This node runs another version or configuration than the cluster's gate, or holds other access tokens: the gate does not take it."
        : gate.Snapshot is null ? "This node has not heard from the gate yet."
        : gate.Snapshot.Blockers.Any(static b => b is { Code: Codes.DataUnavailable, Severity: Severity.Blocked, Gate: null, Provider: null }) ? "The store does not take the gate's row."
        : gate is { ValidForMs: <= 0, Suspended: null, HeardAt: { } heard } && now - heard > s_silence ? "This node hears nothing of the gate: the store does not take its row, or no silo can be reached."
        : !storeProven ? "The store does not answer."
        : null;
}
