using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace ControlPlane.Grains.Gates.Decision;

/// <summary>What the parts of the gate share.</summary>
/// <param name="Lease">The gate's own row.</param>
/// <param name="Controls">The row with the kill switch.</param>
internal sealed record GateContext(
    IPersistentState<GateLeaseState> Lease,
    IPersistentState<GateControlsState> Controls,
    PolicyOptions Policy,
    GateOptions Options,
    IGrainFactory Grains,
    TimeProvider Time,
    ILogger Logger)
{
    public override string ToString() => nameof(GateContext);
}
