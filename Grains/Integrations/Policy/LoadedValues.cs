using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Secrets;

namespace ControlPlane.Grains.Integrations.Policy;

/// <summary>Looks at the values that are loaded as the secrets check looks at values that are about to be set. An odd form informs and nothing else.</summary>
internal static class LoadedValues
{
    /// <param name="access">The way to connect that is used; variables of other ways are not looked at.</param>
    public static ImmutableArray<Reason> Look(ProviderDefinition provider, AccessDefinition? access, IReadOnlyDictionary<string, Secret> values)
    {
        if (access is null)
            return [];
        var others = provider.Access.SelectMany(way => way.Requires).Except(access.Requires, StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. provider.Variables
                .Where(variable => !others.Contains(variable.Name) && values.ContainsKey(variable.Name))
                .Select(variable => (variable.Name, Result: SecretFormatCheck.Check(variable, values[variable.Name].Reveal())))
                .Where(look => look.Result.Format == SecretFormat.Suspicious)
                .Select(look => new Reason(Codes.IntegrationDegraded, Severity.Info, $"{look.Name} looks odd: {look.Result.Hint}", $"Compare {look.Name} with what {provider.Name} shows; if it is right, ignore this.", default)),
        ];
    }
}
