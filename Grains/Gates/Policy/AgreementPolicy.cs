using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Agreement;

namespace ControlPlane.Grains.Gates.Policy;

/// <summary>Whether a node may rely on a gate. The configuration of the silo that the gate runs on stands: whoever has another one,
/// or does not say, stays closed until the two agree.</summary>
internal static class AgreementPolicy
{
    public static GateRefusal Evaluate(NodeConfiguration gate, string? node) => NodeConfiguration.Parse(node) switch
    {
        { } other when other == gate => GateRefusal.None,
        { } other when other.Version == gate.Version => GateRefusal.OtherConfiguration,
        _ => GateRefusal.OtherVersion,
    };
}
