using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Gates.Policy;
using Microsoft.Extensions.Options;
using Orleans.Placement;
using Orleans.Runtime;

namespace ControlPlane.Grains.Supervision.Standby;

/// <summary>On the silo that asks. Its row holds nothing that anyone reads.</summary>
[PreferLocalPlacement]
internal sealed class StandbyGrain(
    [PersistentState("standby", StateNames.Provider)] IPersistentState<GateLeaseState> row,
    IOptions<PolicyOptions> policy,
    TimeProvider time) : Grain, IStandbyGrain
{
    public async Task Rehearse()
    {
        row.State.RenewedAt = time.GetUtcNow();
        await row.WriteStateAsync();
        var closed = DecisionPolicy.Decide(
            new GateInputs
            {
                Policy = policy.Value,
                Providers = [],
                Components = ImmutableDictionary<string, ComponentInput>.Empty,
                Kill = KillSwitch.Released,
                Live = LiveTrading.Disarmed,
                Now = time.GetUtcNow(),
            },
            ImmutableHashSet<string>.Empty,
            null,
            out _);
        if (closed.Status != SystemStatus.Blocked) throw new InvalidOperationException("Knowing nothing must be closed.");
        DeactivateOnIdle();
    }
}
