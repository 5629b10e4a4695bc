using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Integrations.Verification.Requests;
using ControlPlane.Grains.Secrets;

namespace ControlPlane.Grains.Integrations.Policy;

/// <summary>What is around the values of one provider.</summary>
/// <param name="Present">Names that are set in the environment or lie in the secrets folder.</param>
/// <param name="Known">Names that some provider of the catalogue reads.</param>
internal sealed record LoadedSurroundings(IReadOnlyCollection<string> Present, IReadOnlySet<string> Known, IntegrationOptions Settings, NetworkPolicy Network)
{
    public static LoadedSurroundings None { get; } = new([], ImmutableHashSet<string>.Empty, new IntegrationOptions(), NetworkPolicy.None);
}

/// <summary>Looks at the values that are loaded as the secrets check looks at values that are about to be set. What is odd informs and nothing else.</summary>
internal static class LoadedValues
{
    /// <param name="access">The way to connect that is used; variables of other ways are not looked at. Null when none is whole.</param>
    public static ImmutableArray<Reason> Look(ProviderDefinition provider, AccessDefinition? access, IReadOnlyDictionary<string, Secret> values, LoadedSurroundings around) =>
        access is null
            ? [.. Meant(provider, values, around)]
            : [.. Odd(provider, access, values), .. OtherHosts(provider, values, around), .. Proxy(provider, around)];

    private static IEnumerable<Reason> Odd(ProviderDefinition provider, AccessDefinition access, IReadOnlyDictionary<string, Secret> values)
    {
        var others = provider.Access.SelectMany(way => way.Requires).Except(access.Requires, StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
        return provider.Variables
            .Where(variable => !others.Contains(variable.Name) && values.ContainsKey(variable.Name))
            .Select(variable => (variable.Name, Result: SecretFormatCheck.Check(variable, values[variable.Name].Reveal())))
            .Where(look => look.Result.Format == SecretFormat.Suspicious)
            .Select(look => Info($"{look.Name} looks odd: {look.Result.Hint}", $"Compare {look.Name} with what {provider.Name} shows; if it is right, ignore this."));
    }

    /// <summary>A base that the bots' libraries read and that is not the host that is verified.</summary>
    private static IEnumerable<Reason> OtherHosts(ProviderDefinition provider, IReadOnlyDictionary<string, Secret> values, LoadedSurroundings around)
    {
        foreach (var variable in provider.Variables.Where(variable => variable.BotBase))
        {
            if (!values.TryGetValue(variable.Name, out var value) || IsVerified(provider, BaseVariable.Host(value.Reveal()), around.Settings))
                continue;
            yield return Info(
                $"{variable.Name} is set: bots that read it call another host than the one that is verified here.",
                $"If your bots are to use that host, set ControlPlane__Integrations__{provider.Id}__BaseUrl to the same address, so that it is verified; else remove {variable.Name}.");
        }
    }

    private static bool IsVerified(ProviderDefinition provider, string? host, IntegrationOptions settings) =>
        settings.BaseUrl is { } set
            ? set.Authority == host
            : host is not null && (provider.BaseUrlBy?.Values.Values ?? []).Append(provider.BaseUrl).Any(known => BaseVariable.Host(known) == host);

    private static IEnumerable<Reason> Meant(ProviderDefinition provider, IReadOnlyDictionary<string, Secret> values, LoadedSurroundings around)
    {
        var wanted = provider.Variables.Where(variable => !values.ContainsKey(variable.Name)).SelectMany(variable => variable.Aliases.Prepend(variable.Name)).ToArray();
        foreach (var name in around.Present.Where(name => !around.Known.Contains(name)).Order(StringComparer.Ordinal))
        {
            if (NearNames.MeantBy(name, wanted) is { } meant)
                yield return Info($"Did you mean {meant}? {name} is there, and nothing reads it.", $"Rename {name} to {meant}: names count letter by letter, and a file of the secrets folder has no ending.");
        }
    }

    private static IEnumerable<Reason> Proxy(ProviderDefinition provider, LoadedSurroundings around) => around.Network.UseProxy
        ? [Info($"Calls to {provider.Name} go through the proxy that HTTPS_PROXY names, unless NO_PROXY names its host.", null)]
        : [];

    private static Reason Info(string message, string? fix) => new(Codes.IntegrationDegraded, Severity.Info, message, fix, default);
}
