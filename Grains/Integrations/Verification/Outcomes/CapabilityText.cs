using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Grains.Integrations.Verification.Outcomes;

/// <summary>Names what a key may do, and what its gate needs of it.</summary>
internal static class CapabilityText
{
    /// <summary>What the gate of the provider's category needs of its key; null without a gate.</summary>
    public static Capability? Needed(ProviderDefinition provider) => GateCapabilities.ForGate(GateNames.ForCategory(provider.Category));

    /// <summary>Adds the gate's capability when it is unknown, and default texts where the catalogue has none.</summary>
    public static ImmutableArray<CapabilityFinding> Complete(ImmutableArray<CapabilityFinding> findings, VerifyTarget target)
    {
        var all = Needed(target.Provider) is { } need && findings.All(finding => finding.Name != need)
            ? findings.Add(new CapabilityFinding(need, CapabilityStatus.Unknown))
            : findings;
        return [.. all.OrderBy(finding => finding.Name).Select(finding => WithText(finding, target))];
    }

    private static CapabilityFinding WithText(CapabilityFinding finding, VerifyTarget target)
    {
        var provider = target.Provider;
        var names = string.Join(", ", target.Access.Requires);
        return (finding.Status, finding.Name) switch
        {
            (CapabilityStatus.Missing, _) => finding with
            {
                Message = finding.Message ?? $"{provider.Name} accepts the key, but it may not {Verb(finding.Name)}.",
                Fix = finding.Fix ?? $"Give the key the right to {Verb(finding.Name)} at {provider.Name}, or make another key and set {names}.",
            },
            (CapabilityStatus.Unknown, _) => finding with
            {
                Message = finding.Message ?? $"{provider.Name} accepts the key, but nothing in its answer tells whether it may {Verb(finding.Name)}.",
                Fix = finding.Fix ?? $"If you know that it may, set ControlPlane__Integrations__{provider.Id}__AcceptUnknown=true.",
            },
            (CapabilityStatus.Proven, Capability.Withdraw) => finding with
            {
                Message = finding.Message ?? $"The key of {provider.Name} may also withdraw money, which no bot needs.",
                Fix = finding.Fix ?? $"Make a key without that right at {provider.Name} and set {names}.",
            },
            _ => finding,
        };
    }

    private static string Verb(Capability capability) => capability switch
    {
        Capability.Read => "read data",
        Capability.Trade => "place orders",
        Capability.Infer => "run a model",
        _ => "withdraw",
    };
}
