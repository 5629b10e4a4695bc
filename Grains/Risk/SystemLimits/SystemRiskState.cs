using System.Collections.Immutable;

namespace ControlPlane.Grains.Risk.SystemLimits;

/// <summary>What the limits over all bots must not forget.</summary>
[GenerateSerializer, Alias("cp.state.SystemRisk")]
public sealed class SystemRiskState
{
    /// <summary>Exposure that each bot was admitted with: what it may hold at most.</summary>
    [Id(0)] public ImmutableDictionary<string, decimal> Gross { get; set; } = ImmutableDictionary<string, decimal>.Empty;

    /// <summary>The last UTC day on which the daily loss reached its limit.</summary>
    [Id(1)] public DateTime? LossDay { get; set; }
}
