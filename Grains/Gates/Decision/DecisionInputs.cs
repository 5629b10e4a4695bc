using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Decision.Controls;
using ControlPlane.Grains.Gates.Decision.Office;
using ControlPlane.Grains.Gates.Policy;
using ControlPlane.Grains.Gates.Suspension;

namespace ControlPlane.Grains.Gates.Decision;

/// <summary>Reads everything that a decision rests on, ages evaluated now.</summary>
internal sealed class DecisionInputs(
    GateContext context,
    ImmutableArray<GateProvider> seats,
    EvidenceLedger evidence,
    BotLedger bots,
    AlertsWord alerts,
    ControlState controls,
    GateTerm term,
    StoreDoubt doubt,
    SuspensionWatch suspension)
{
    /// <summary>A store in doubt disarms LIVE, from the next read on.</summary>
    public GateInputs Read()
    {
        ImmutableArray<ProviderInput> providers = [.. seats.Select(evidence.Provider)];
        return new GateInputs
        {
            Policy = context.Policy,
            Providers = providers,
            TelemetryLost = TelemetryPolicy.Lost(providers),
            AlertsUndelivered = alerts.Undelivered(),
            Components = evidence.Components(),
            Kill = controls.Kill,
            Live = controls.Live,
            LostRunners = bots.LostHolding(),
            StoreLost = term.StoreLost(),
            StoreReplaced = StoreReplaced(),
            HostSuspended = suspension.Standing,
            Now = context.Time.GetUtcNow(),
        };
    }

    private Reason? StoreReplaced()
    {
        var standing = doubt.Look();
        if (standing is not null) controls.Disarm();
        return standing;
    }
}
