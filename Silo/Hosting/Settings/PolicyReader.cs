using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Integrations.Catalogue;
using Microsoft.Extensions.Configuration;

namespace ControlPlane.Silo.Hosting.Settings;

/// <summary>Reads <c>ControlPlane:Policy</c>.</summary>
/// <remarks>Without a catalogue, which is then an error of its own, names of providers are not checked.</remarks>
internal static class PolicyReader
{
    public static PolicyOptions Read(IConfiguration configuration, ProviderCatalogue? catalogue, SettingErrors errors)
    {
        var section = configuration.GetSection(PolicyOptions.Section);
        var gates = ImmutableDictionary.CreateBuilder<string, GatePolicyOptions>(StringComparer.Ordinal);
        foreach (var gate in section.GetSection("Gates").GetChildren())
        {
            var name = SettingErrors.Name(gate.Path);
            if (GateNames.All.FirstOrDefault(g => string.Equals(g, gate.Key, StringComparison.OrdinalIgnoreCase)) is not { } known)
            {
                errors.Add($"{name}: names no gate. Gates are {string.Join(", ", GateNames.All)}.");
                continue;
            }

            var required = true;
            if (gate["Required"] is { Length: > 0 } text && !bool.TryParse(text, out required)) errors.Add($"{name}__Required: must be true or false.");
            gates[known] = new(required, Providers(gate, "AnyOf", known, catalogue, errors), Providers(gate, "AllOf", known, catalogue, errors));
        }

        var engine = section["RiskEngine"];
        if (!string.IsNullOrEmpty(engine) && engine is not ("builtin" or "external")) errors.Add("ControlPlane__Policy__RiskEngine: must be builtin or external.");
        return new() { Gates = gates.ToImmutable(), ExternalRiskEngine = engine == "external" };
    }

    /// <summary>A list as one value with commas, or as numbered settings.</summary>
    private static ImmutableArray<string> Providers(IConfigurationSection gate, string list, string gateName, ProviderCatalogue? catalogue, SettingErrors errors)
    {
        var section = gate.GetSection(list);
        var ids = section.GetChildren().Select(c => c.Value).Prepend(section.Value)
            .SelectMany(v => (v ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Select(v => v.ToLowerInvariant()).Distinct(StringComparer.Ordinal).ToImmutableArray();
        if (catalogue is null) return ids;
        foreach (var id in ids)
        {
            var provider = catalogue.Find(id);
            var name = SettingErrors.Name(section.Path);
            if (provider is null) errors.Add($"{name}: names a provider that is not in the catalogue.");
            else if (GateCapabilities.ForGate(gateName) is not { } need) errors.Add($"{name}: no provider holds this gate. Remove the setting.");
            else if (GateNames.ForCategory(provider.Category) != gateName && !provider.Access.Any(a => a.Verify?.Capabilities.ContainsKey(need.ToString().ToLowerInvariant()) == true))
                errors.Add($"{name}: no verify of {id} (category {provider.Category}) tells whether its key can do what this gate stands for, so it can't hold it.");
            else if (provider.Access.All(a => a.Verify is null)) errors.Add($"{name}: {id} has no harmless verify call, so it can hold no gate.");
        }

        return ids;
    }
}
