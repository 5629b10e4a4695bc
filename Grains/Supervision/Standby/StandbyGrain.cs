using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Gates.Decision;
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
    GateProviders seats,
    TimeProvider time) : Grain, IStandbyGrain
{
    public async Task Rehearse()
    {
        row.State.RenewedAt = time.GetUtcNow();
        await row.WriteStateAsync();
        RehearseDecision();
        DeactivateOnIdle();
    }

    /// <summary>A decision from nothing, one from everything, and what would be written of the change.</summary>
    private void RehearseDecision()
    {
        var nothing = Inputs([], ImmutableDictionary<string, ComponentInput>.Empty);
        var closed = DecisionPolicy.Decide(nothing, ImmutableHashSet<string>.Empty, null, out _);
        if (closed.Status != SystemStatus.Blocked) throw new InvalidOperationException("Knowing nothing must be closed.");
        var component = new ComponentInput(true, "", TimeSpan.FromSeconds(1), time.GetUtcNow());
        var all = Inputs(
            [.. seats.All.Select(seat => new ProviderInput(
                seat.Id, seat.Name, seat.Category, seat.Required, seat.Verifiable,
                new ProviderEvidence(seat.Id, Guid.Empty, 1, seat.Verifiable ? ProviderState.Connected : ProviderState.NotConfigured, 1_000, [], [], null, null, null)
                {
                    Capabilities = [.. Enum.GetValues<Capability>().Select(name => new KeyCapability(name, CapabilityStatus.Proven))],
                },
                TimeSpan.FromSeconds(1), time.GetUtcNow()))],
            new[] { ComponentNames.Supervisor, ComponentNames.TimeoutWorker, ComponentNames.RiskEngine }.ToImmutableDictionary(name => name, _ => component));
        var hysteresis = new OpeningHysteresis(1);
        var open = DecisionPolicy.Decide(all, hysteresis.Observe(OpeningHysteresis.Items(all)), closed, out _);
        if (DecisionComparison.SameSubstance(closed, open)) throw new InvalidOperationException("Knowing everything must make a difference.");
        _ = DecisionComparison.Transitions(closed, open, null, null, () => PastDecisionPolicy.Write(open));
    }

    private GateInputs Inputs(ImmutableArray<ProviderInput> providers, ImmutableDictionary<string, ComponentInput> components) => new()
    {
        Policy = policy.Value,
        Providers = providers,
        Components = components,
        Kill = KillSwitch.Released,
        Live = LiveTrading.Disarmed,
        Now = time.GetUtcNow(),
    };
}
