using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Gates.Policy;

/// <summary>One gate from the evidence: what it is, without memory of what it was.</summary>
internal sealed record GateFinding(
    string Gate,
    GateStatus Status,
    bool Degraded,
    bool HeldOnlyByDegraded,
    string Reason,
    string Message,
    DateTimeOffset ObservedAt,
    TimeSpan ValidFor,
    ImmutableArray<string> Providers,
    bool Required);

/// <summary>Evaluates the six gates. An item counts as open only when the evidence is good <b>and</b> it stands in the set of open items.</summary>
internal static class GateConditionPolicy
{
    public static ImmutableArray<string> ProviderGates { get; } = [GateNames.DataFeeds, GateNames.Broker, GateNames.Llm];

    public static ImmutableArray<GateFinding> Evaluate(GateInputs inputs, ImmutableHashSet<string> open) =>
    [
        .. ProviderGates.Select(gate => ProviderGate(gate, inputs, open)),
        ComponentGate(GateNames.SupervisorLoop, ComponentNames.Supervisor, "supervisor loop", inputs, open),
        ComponentGate(GateNames.TimeoutWorker, ComponentNames.TimeoutWorker, "timeout worker", inputs, open),
        ComponentGate(GateNames.RiskEngine, ComponentNames.RiskEngine, "risk engine", inputs, open),
    ];

    public static bool IsOpen(ProviderInput provider, ImmutableHashSet<string> open) =>
        provider.IsGood && open.Contains(OpeningHysteresis.Provider(provider.Id));

    /// <summary>Open, and its key can do what the gate stands for.</summary>
    public static bool Holds(ProviderInput provider, string gate, ImmutableHashSet<string> open) =>
        IsOpen(provider, open) && GateHolderPolicy.CanDo(provider, gate) && open.Contains(GateHolderPolicy.Item(gate, provider.Id));

    /// <summary>Providers that may hold a gate under the policy: those of its category, or those that policy names, of whatever category.</summary>
    public static ImmutableArray<ProviderInput> Candidates(string gate, GateInputs inputs)
    {
        var policy = inputs.Policy.For(gate);
        return [.. inputs.Providers.Where(p => policy.AnyOf.Contains(p.Id) || policy.AllOf.Contains(p.Id) || (p.Gate == gate && policy.AnyOf.IsEmpty))];
    }

    private static GateFinding ProviderGate(string gate, GateInputs inputs, ImmutableHashSet<string> open)
    {
        var policy = inputs.Policy.For(gate);
        var candidates = Candidates(gate, inputs);
        var shown = Shown(policy, candidates);
        var connected = candidates.Where(p => Holds(p, gate, open)).ToArray();
        var missingOfAll = policy.AllOf.Where(id => !connected.Any(c => c.Id == id)).ToArray();
        var anyHolds = connected.Any(c => policy.AnyOf.IsEmpty || policy.AnyOf.Contains(c.Id));

        GateFinding Finding(GateStatus status, bool degraded, bool onlyDegraded, string reason, string message)
        {
            var holding = connected.Length > 0 ? connected : candidates.Where(c => c.Evidence is not null).ToArray();
            var observed = holding.Length == 0 ? inputs.Now : holding.Max(p => p.ObservedAt);

            // The gate stands as long as its longest-lived holder when any will do, and as its shortest-lived one when all must.
            var valid = status != GateStatus.True ? TimeSpan.Zero
                : policy.AllOf.IsEmpty ? connected.Max(c => c.ValidFor)
                : connected.Where(c => policy.AllOf.Contains(c.Id)).Min(c => c.ValidFor);
            return new(gate, status, degraded, onlyDegraded, reason, message, observed, valid, shown, policy.Required);
        }

        if (missingOfAll.Length > 0 || !anyHolds)
        {
            var wanted = missingOfAll.Length > 0 ? candidates.Where(c => missingOfAll.Contains(c.Id)).ToArray() : [.. candidates];
            if (wanted.Any(p => p.IsGood && GateHolderPolicy.CanDo(p, gate))) return Finding(GateStatus.False, false, false, "Confirming", "Connected; waiting for another good evaluation.");
            if (candidates.IsEmpty) return Finding(GateStatus.False, false, false, "NoProviderInCatalogue", "No provider that could hold this gate is enabled.");
            if (wanted.Any(p => p.Evidence is null)) return Finding(GateStatus.Unknown, false, false, "EvidenceMissing", "No current evidence from the providers of this gate.");
            if (wanted.Any(p => GateHolderPolicy.IsLimited(p, gate))) return Finding(GateStatus.False, false, false, "KeyLimited", "No key of this gate can do what the gate stands for.");
            return wanted.All(p => p.Evidence!.State == ProviderState.NotConfigured)
                ? Finding(GateStatus.False, false, false, "NoProviderConfigured", "No provider of this gate has its keys set.")
                : Finding(GateStatus.False, false, false, "NoProviderConnected", "No provider of this gate is verified and fresh.");
        }

        var healthy = connected.Where(c => c.Evidence!.State == ProviderState.Connected).ToArray();
        var onlyDegraded = policy.AllOf.IsEmpty
            ? healthy.Length == 0
            : policy.AllOf.Any(id => !healthy.Any(h => h.Id == id));
        if (onlyDegraded) return Finding(GateStatus.True, true, true, "ProviderDegraded", "Held up by a degraded provider only.");

        // A gate that holds by another provider is not affected by one without a verify, or by a key with fewer rights.
        var troubled = candidates.Any(p => p.Verifiable && !Holds(p, gate, open) && !GateHolderPolicy.IsLimited(p, gate) && p.Evidence is { State: not ProviderState.NotConfigured })
            || connected.Any(c => c.Evidence!.State == ProviderState.Degraded);
        return troubled
            ? Finding(GateStatus.True, true, false, "ProviderConnectedOthersNot", "Held; another configured provider of this gate is not well.")
            : Finding(GateStatus.True, false, false, "ProviderConnected", "Verified and fresh.");
    }

    private static ImmutableArray<string> Shown(GatePolicyOptions policy, ImmutableArray<ProviderInput> candidates)
    {
        if (!policy.AnyOf.IsEmpty || !policy.AllOf.IsEmpty) return [.. policy.AllOf.Concat(policy.AnyOf).Distinct()];
        var configured = candidates.Where(p => p.Evidence is { State: not ProviderState.NotConfigured }).Select(p => p.Id).ToImmutableArray();
        return configured.IsEmpty ? [.. candidates.Where(p => p.Verifiable).Select(p => p.Id)] : configured;
    }

    private static GateFinding ComponentGate(string gate, string component, string name, GateInputs inputs, ImmutableHashSet<string> open)
    {
        var required = inputs.Policy.For(gate).Required;
        if (!inputs.Components.TryGetValue(component, out var input) || input.ValidFor <= TimeSpan.Zero)
        {
            return new(gate, GateStatus.Unknown, false, false, "NoProgress", $"The {name} has not proven progress.", inputs.Now, TimeSpan.Zero, [], required);
        }

        if (!input.Healthy) return new(gate, GateStatus.False, false, false, "Unhealthy", input.Message, input.ObservedAt, TimeSpan.Zero, [], required);
        return open.Contains(OpeningHysteresis.Component(component))
            ? new(gate, GateStatus.True, false, false, "ProgressProven", input.Message, input.ObservedAt, input.ValidFor, [], required)
            : new(gate, GateStatus.False, false, false, "Confirming", "Progress proven; waiting for another good evaluation.", input.ObservedAt, TimeSpan.Zero, [], required);
    }
}
