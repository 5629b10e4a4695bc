using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Grains.Integrations.Verification.Requests;

/// <summary>What a verify is made against.</summary>
/// <param name="Environment"><c>live</c>, <c>paper</c>, <c>testnet</c> or <c>demo</c>; null for a provider that is no broker.</param>
/// <param name="Host">Host and port that are called; null when no address can be formed.</param>
internal sealed record VerifyPlace(string? Environment, string? Host);

/// <summary>Which environment is verified: the host of the address that is called decides where the catalogue knows it, else the provider's
/// variable or its default.</summary>
internal static class EnvironmentPolicy
{
    private const string Live = "live";
    private const string Broker = "broker";

    /// <exception cref="VerifyFaultException">A variable that chooses has a value that the catalogue does not know.</exception>
    public static VerifyPlace Of(VerifyTarget target)
    {
        var values = new TemplateValues(target);
        var provider = target.Provider;
        Known(provider.BaseUrlBy?.Variable, value => provider.BaseUrlBy!.Find(value) is not null, values);
        Known(provider.EnvironmentBy?.Variable, value => provider.EnvironmentBy!.Values.Keys.Contains(value.Trim(), StringComparer.OrdinalIgnoreCase), values);
        var address = BaseAddress.Of(target, values).Target;
        return new VerifyPlace(provider.Category == Broker ? EnvironmentOf(provider, address, values) : null, address.Authority);
    }

    /// <summary>The values of a variable that the catalogue knows; empty when any will do.</summary>
    public static IReadOnlyList<string> AllowedValues(ProviderDefinition provider, string? variable) =>
    [
        .. (provider.BaseUrlBy?.Variable == variable ? provider.BaseUrlBy!.Values.Keys : [])
            .Concat(provider.EnvironmentBy?.Variable == variable ? provider.EnvironmentBy!.Values.Keys : [])
            .Distinct(StringComparer.OrdinalIgnoreCase),
    ];

    private static string EnvironmentOf(ProviderDefinition provider, Uri address, TemplateValues values)
    {
        if (provider.EnvironmentBy is not { } choice)
            return Live;
        var chosen = choice.Values.First(pair => pair.Key.Equals(values.Find(choice.Variable)?.Trim(), StringComparison.OrdinalIgnoreCase));
        if (provider.BaseUrlBy is not { } bases || bases.Variable != choice.Variable)
            return chosen.Value;

        // Several values may share a host; the chosen one counts when it is among them.
        var ofHost = bases.Values.Where(pair => new Uri(pair.Value).Authority.Equals(address.Authority, StringComparison.OrdinalIgnoreCase)).Select(pair => pair.Key).ToList();
        return ofHost.Count == 0 || ofHost.Contains(chosen.Key, StringComparer.OrdinalIgnoreCase)
            ? chosen.Value
            : choice.Values.First(pair => pair.Key.Equals(ofHost[0], StringComparison.OrdinalIgnoreCase)).Value;
    }

    private static void Known(string? variable, Func<string, bool> isKnown, TemplateValues values)
    {
        if (variable is not null && values.Find(variable) is { } value && !isKnown(value))
            throw new VerifyFaultException(VerifyStatus.Inconclusive, VerifyCodes.UnknownEnvironment, variable);
    }
}
