using System.Collections.Immutable;
using ControlPlane.Grains.Secrets;

namespace ControlPlane.Grains.Integrations.Catalogue;

/// <summary>The way that is configured, or what is missing for the way that is nearest to it.</summary>
/// <param name="Access">Null when no way has all its variables.</param>
/// <param name="Missing">Main names; empty when <paramref name="Access"/> is set.</param>
public sealed record AccessChoice(AccessDefinition? Access, ImmutableArray<string> Missing);

/// <summary>Picks the way to connect from the variables that are present.</summary>
public static class AccessSelection
{
    /// <summary>The first access whose variables are all present under their names or aliases. Else the missing names of the access that lacks the
    /// fewest; on a tie the first.</summary>
    /// <remarks>A variable with a default is never missing. A way whose variables have other values than it needs is left out.</remarks>
    public static AccessChoice Choose(ProviderDefinition provider, IReadOnlyDictionary<string, Secret> values) =>
        Choose(provider with { Access = [.. provider.Access.Where(access => access.Only.All(only => Has(provider, values, only.Key, only.Value)))] }, values.Keys.ToHashSet(StringComparer.Ordinal));

    /// <summary>The same, by names alone.</summary>
    public static AccessChoice Choose(ProviderDefinition provider, IReadOnlySet<string> present)
    {
        var known = provider.Variables
            .Where(variable => variable.Default is not null || present.Contains(variable.Name) || variable.Aliases.Any(present.Contains))
            .Select(variable => variable.Name)
            .ToHashSet(StringComparer.Ordinal);

        var nearest = provider.Access
            .Select(access => new AccessChoice(access, [.. access.Requires.Where(name => !known.Contains(name))]))
            .MinBy(way => way.Missing.Length);
        return nearest switch
        {
            null => new AccessChoice(null, []),
            { Missing.IsEmpty: true } => nearest,
            _ => nearest with { Access = null },
        };
    }

    /// <summary>The values that are present, by main names; the first alias that is present stands in for an absent name.</summary>
    public static IReadOnlyDictionary<string, Secret> Values(ProviderDefinition provider, Func<string, Secret?> find)
    {
        var values = new Dictionary<string, Secret>(StringComparer.Ordinal);
        foreach (var variable in provider.Variables)
        {
            var value = variable.Aliases.Prepend(variable.Name).Select(find).FirstOrDefault(found => found is not null);
            if (value is not null)
                values.Add(variable.Name, value);
        }

        return values;
    }

    private static bool Has(ProviderDefinition provider, IReadOnlyDictionary<string, Secret> values, string name, string value)
    {
        var held = values.TryGetValue(name, out var found) ? found.Reveal().Trim() : provider.Variables.First(variable => variable.Name == name).Default;
        return held is null || held.Equals(value, StringComparison.OrdinalIgnoreCase);
    }
}
