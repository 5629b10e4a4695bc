using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification.Network;

namespace ControlPlane.Grains.Integrations.Verification.Outcomes;

/// <summary>Reads what an accepted key may do. The rule that gave the verdict comes first, then findings, then what the catalogue says of
/// every accepted key.</summary>
internal static class CapabilityReader
{
    public static ImmutableArray<CapabilityFinding> Read(VerifyDefinition verify, OutcomeRule rule, ProviderAnswer answer)
    {
        var found = Of(rule).ToBuilder();
        Add(found, verify.Findings, answer);
        foreach (var (name, capability) in verify.Capabilities)
        {
            if (!found.Any(finding => finding.Name == NameOf(name)))
                found.Add(new(NameOf(name), StatusOf(capability.Status)));
        }

        return [.. found.OrderBy(finding => finding.Name)];
    }

    /// <summary>Adds the findings of a further call. A missing right stays missing: two answers prove a right only when neither denies it.</summary>
    public static ImmutableArray<CapabilityFinding> Merge(ImmutableArray<CapabilityFinding> known, IReadOnlyList<FindingDefinition> findings, ProviderAnswer answer) =>
        Merge(known, Of(findings, answer));

    /// <summary>Findings of the matched rule itself.</summary>
    public static ImmutableArray<CapabilityFinding> Of(OutcomeRule rule) =>
        [.. rule.Capabilities.Select(told => new CapabilityFinding(NameOf(told.Key), StatusOf(told.Value)) { Message = rule.Message, Fix = rule.Fix })];

    /// <summary>Capabilities from the findings alone.</summary>
    public static ImmutableArray<CapabilityFinding> Of(IReadOnlyList<FindingDefinition> findings, ProviderAnswer answer)
    {
        var found = ImmutableArray.CreateBuilder<CapabilityFinding>();
        Add(found, findings, answer);
        return found.ToImmutable();
    }

    public static ImmutableArray<CapabilityFinding> Merge(ImmutableArray<CapabilityFinding> known, ImmutableArray<CapabilityFinding> found)
    {
        var merged = known.Select(before =>
            before.Status != CapabilityStatus.Missing && found.FirstOrDefault(finding => finding.Name == before.Name) is { } told ? told : before);
        return [.. merged.Concat(found.Where(finding => known.All(before => before.Name != finding.Name))).OrderBy(finding => finding.Name)];
    }

    private static void Add(ImmutableArray<CapabilityFinding>.Builder found, IReadOnlyList<FindingDefinition> findings, ProviderAnswer answer)
    {
        foreach (var finding in findings)
        {
            var name = NameOf(finding.Capability);
            if (!found.Any(other => other.Name == name) && PredicateEvaluator.Evaluate(finding.When, answer) == true)
                found.Add(new(name, StatusOf(finding.Status)) { Message = finding.Message, Fix = finding.Fix });
        }
    }

    private static Capability NameOf(string name) => name switch
    {
        "read" => Capability.Read,
        "trade" => Capability.Trade,
        "infer" => Capability.Infer,
        _ => Capability.Withdraw,
    };

    private static CapabilityStatus StatusOf(string status) => status switch
    {
        "proven" => CapabilityStatus.Proven,
        "implied" => CapabilityStatus.Implied,
        "missing" => CapabilityStatus.Missing,
        _ => CapabilityStatus.Unknown,
    };
}
