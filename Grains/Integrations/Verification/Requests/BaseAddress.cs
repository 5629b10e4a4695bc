using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification.Network;

namespace ControlPlane.Grains.Integrations.Verification.Requests;

/// <summary>Where a provider's calls go.</summary>
/// <param name="Target">The base that calls are sent to.</param>
/// <param name="Canonical">The base as the provider knows it; the same without an override.</param>
/// <param name="IsLoopback">The operator's configuration names loopback itself.</param>
internal sealed record BaseAddress(Uri Target, Uri Canonical, bool IsLoopback)
{
    public override string ToString() => nameof(BaseAddress);

    public static BaseAddress Of(VerifyTarget target, TemplateValues values)
    {
        if (target.BaseUrlOverride is not { } configured)
            return Own(target.Provider, values);

        var isLoopback = configured.IsAbsoluteUri && ExplicitLoopback.IsNamedBy(configured);
        var isUsable = configured.IsAbsoluteUri
            && configured.UserInfo.Length == 0
            && (configured.Scheme == Uri.UriSchemeHttps || configured.Scheme == Uri.UriSchemeHttp);
        if (!isUsable)
            throw new VerifyFaultException(VerifyCodes.BadBaseUrl);
        Refuse(configured, isLoopback, variable: null);
        return new BaseAddress(configured, Canonicals(target.Provider, values) ?? configured, isLoopback);
    }

    /// <summary>An address that stands in a variable, which may only be a public one.</summary>
    public static Uri OfVariable(string name, string value)
    {
        if (!Uri.TryCreate(value, UriKind.Absolute, out var uri)
            || value.Any(character => char.IsControl(character) || char.IsWhiteSpace(character))
            || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp)
            || uri.UserInfo.Length > 0)
            throw VerifyFaultException.Malformed(name);
        Refuse(uri, isLoopback: false, name);
        return uri;
    }

    private static BaseAddress Own(ProviderDefinition provider, TemplateValues values)
    {
        if (Literal(provider, values) is not { } literal)
            throw new VerifyFaultException(VerifyStatus.Inconclusive, VerifyCodes.UnknownEnvironment, provider.BaseUrlBy?.Variable);
        if (Template.Whole(literal) is { } variable)
        {
            var address = OfVariable(variable, values.Find(variable) ?? "");
            return new BaseAddress(address, address, IsLoopback: false);
        }

        var own = new Uri(literal);
        var isLoopback = ExplicitLoopback.IsNamedBy(own);
        Refuse(own, isLoopback, variable: null);
        return new BaseAddress(own, own, isLoopback);
    }

    private static Uri? Canonicals(ProviderDefinition provider, TemplateValues values)
    {
        var text = Literal(provider, values);
        if (text is not null && Template.Whole(text) is { } name)
            text = values.Find(name);
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) ? uri : null;
    }

    // The base of the catalogue's text, by the choosing variable if there is one; null for a value that the catalogue does not know.
    private static string? Literal(ProviderDefinition provider, TemplateValues values)
    {
        if (provider.BaseUrlBy is not { } choice || values.Find(choice.Variable) is not { } chosen)
            return provider.BaseUrl;
        return choice.Values.FirstOrDefault(pair => pair.Key.Equals(chosen.Trim(), StringComparison.OrdinalIgnoreCase)).Value;
    }

    private static void Refuse(Uri uri, bool isLoopback, string? variable)
    {
        var isLiteral = System.Net.IPAddress.TryParse(uri.IdnHost, out var ip);
        if (!isLoopback && (uri.Scheme != Uri.UriSchemeHttps || (isLiteral && !AddressGuard.IsPublic(ip!))))
            throw new VerifyFaultException(VerifyStatus.Inconclusive, VerifyCodes.AddressRefused, variable);
    }
}
