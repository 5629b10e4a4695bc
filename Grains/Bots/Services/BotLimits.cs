using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Risk;
using Microsoft.Extensions.Options;

namespace ControlPlane.Grains.Bots.Services;

/// <summary>The settings that bots obey.</summary>
internal sealed class BotLimits(IOptions<RunnerOptions> runners, IOptions<RiskOptions> risk, IOptions<GateOptions> gate)
{
    public RunnerOptions Runners { get; } = runners.Value;

    public RiskOptions Risk { get; } = risk.Value;

    /// <summary>How long a write that loosens may take before it counts as failed.</summary>
    public TimeSpan Write { get; } = gate.Value.Lease;

    /// <summary>How long a read of the risk store may take before it counts as failed.</summary>
    public TimeSpan RiskRead { get; } = TimeSpan.FromSeconds(risk.Value.StoreSeconds);
}
