using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Gates.Components;
using ControlPlane.Grains.Supervision;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Grains.Risk;

/// <summary>The built-in risk engine. Every cycle it evaluates a canary order that must be refused. One that is let through means that nothing is
/// being limited, and the gate closes.</summary>
internal sealed class RiskGrain : Grain, IRiskGrain
{
    private readonly RiskOptions _limits;
    private readonly PolicyOptions _policy;
    private readonly ProgressLoop _loop;

    public RiskGrain(IOptions<RiskOptions> limits, IOptions<PolicyOptions> policy, TimeProvider time, ILogger<RiskGrain> logger, IGrainFactory grains)
    {
        _limits = limits.Value;
        _policy = policy.Value;
        _loop = new(ComponentNames.RiskEngine, CycleAsync, grains, time, logger);
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (Proves)
        {
            this.RegisterGrainTimer(_loop.TickAsync, new GrainTimerCreationOptions(TimeSpan.Zero, TimeSpan.FromSeconds(1)) { Interleave = true, KeepAlive = true });
        }

        return Task.CompletedTask;
    }

    public Task<long> EnsureRunning() => Task.FromResult(_loop.Cycle);

    public Task RunNow() => Proves ? _loop.RunNowAsync() : Task.CompletedTask;

    private bool Proves => this.GetPrimaryKeyString() == RiskGrainKeys.Engine && !_policy.ExternalRiskEngine;

    private Task<CycleOutcome> CycleAsync(CancellationToken cancellationToken) => Task.FromResult(RiskCanary.Evaluate(_limits.Defaults));
}
