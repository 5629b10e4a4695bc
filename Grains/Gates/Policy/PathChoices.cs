using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Gates.Policy;

/// <summary>What else would bring a gate to hold than the provider that its blocker names.</summary>
internal interface IPathChoices
{
    /// <summary>Providers of which any one would do, easiest first; empty where it must be particular ones.</summary>
    ImmutableArray<PathChoice> For(string gate);

    /// <summary>A connected provider of another category whose key can do what the gate stands for; null without one.</summary>
    string? Connected(string gate);
}

/// <summary>The choices for a decision of the gate.</summary>
internal sealed class PathChoices(GateInputs inputs, ImmutableHashSet<string> open) : IPathChoices
{
    public ImmutableArray<PathChoice> For(string gate)
    {
        var policy = inputs.Policy.For(gate);
        if (!policy.AllOf.IsEmpty) return [];
        return
        [
            .. BlockerPolicy.EasiestFirst(GateConditionPolicy.Candidates(gate, inputs), inputs.Policy)
                .Where(p => p.Evidence is { State: ProviderState.NotConfigured })
                .Select(p => new PathChoice(p.Id, p.Evidence!.MissingVariables)),
        ];
    }

    public string? Connected(string gate)
    {
        if (!inputs.Policy.For(gate).AllOf.IsEmpty) return null;
        var candidates = GateConditionPolicy.Candidates(gate, inputs).Select(p => p.Id).ToHashSet(StringComparer.Ordinal);
        return inputs.Providers
            .Where(p => !candidates.Contains(p.Id) && p.IsGood && GateConditionPolicy.IsOpen(p, open) && GateHolderPolicy.CanDo(p, gate))
            .Select(p => p.Id).Order(StringComparer.Ordinal).FirstOrDefault();
    }
}

/// <summary>The choices as the gate has published them, for the path of a bot.</summary>
internal sealed class PublishedPathChoices(GateSnapshot system) : IPathChoices
{
    public ImmutableArray<PathChoice> For(string gate) =>
        Steps(gate, "set_env").Select(step => step.AnyOf).FirstOrDefault(any => !any.IsDefaultOrEmpty) is { IsDefault: false } found ? found : [];

    public string? Connected(string gate) =>
        system.PathToOk.FirstOrDefault(step => step.Action == "set_policy" && step.Text.Contains($"__{gate}__", StringComparison.Ordinal))?.Provider;

    private IEnumerable<PathStep> Steps(string gate, string action)
    {
        var providers = system.Blockers.Where(b => b.Gate == gate).Select(b => b.Provider).ToHashSet(StringComparer.Ordinal);
        return system.PathToOk.Where(step => step.Action == action && providers.Contains(step.Provider));
    }
}

/// <summary>Where a particular provider is required there is no other.</summary>
internal sealed class NoPathChoices : IPathChoices
{
    public static NoPathChoices Instance { get; } = new();

    public ImmutableArray<PathChoice> For(string gate) => [];

    public string? Connected(string gate) => null;
}
