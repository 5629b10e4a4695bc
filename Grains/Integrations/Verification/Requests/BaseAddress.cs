using System.Net;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification.Network;

namespace ControlPlane.Grains.Integrations.Verification.Requests;

/// <summary>Where a provider's calls go.</summary>
/// <param name="Target">The base that calls are sent to.</param>
/// <param name="Canonical">The base as the provider knows it; the same without an override.</param>
/// <param name="Reach">Which addresses it may be found at.</param>
internal sealed record BaseAddress(Uri Target, Uri Canonical, Reach Reach)
{
    public override string ToString() => nameof(BaseAddress);

    public static BaseAddress Of(VerifyTarget target, TemplateValues values)
    {
        if (ServiceAddress.FormOf(target) is { } form)
            return ServiceAddress.Base(form, target, values);
        if (target.BaseUrlOverride is not { } configured)
            return Own(target, values);

        var isUsable = configured.IsAbsoluteUri
            && configured.UserInfo.Length == 0
            && (configured.Scheme == Uri.UriSchemeHttps || configured.Scheme == Uri.UriSchemeHttp);
        if (!isUsable)
            throw new VerifyFaultException(VerifyCodes.BadBaseUrl);
        return new BaseAddress(configured, Canonicals(target.Provider, values) ?? configured, ReachOf(configured, target, variable: null));
    }

    /// <summary>An address that stands in a variable.</summary>
    public static Uri OfVariable(string name, string value)
    {
        if (!Uri.TryCreate(value, UriKind.Absolute, out var uri)
            || value.Any(character => char.IsControl(character) || char.IsWhiteSpace(character))
            || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp)
            || uri.UserInfo.Length > 0)
            throw VerifyFaultException.Malformed(name);
        return uri;
    }

    /// <exception cref="VerifyFaultException">Nothing may be sent there.</exception>
    public static void Refuse(Uri uri, ReachKind kind, string? variable) => Refuse(uri, kind, variable, uri.Scheme == Uri.UriSchemeHttps);

    /// <exception cref="VerifyFaultException">Nothing may be sent there.</exception>
    public static void Refuse(Uri uri, ReachKind kind, string? variable, bool isEncrypted)
    {
        var isLiteral = IPAddress.TryParse(uri.IdnHost.Trim('[', ']'), out var ip);
        var isMetadata = isLiteral ? MetadataAddresses.Contains(ip!) : MetadataAddresses.IsName(uri.IdnHost);
        if (isMetadata || (kind == ReachKind.Public && (!isEncrypted || (isLiteral && !AddressGuard.IsPublic(ip!)))))
            throw new VerifyFaultException(VerifyStatus.Inconclusive, VerifyCodes.AddressRefused, variable);
    }

    /// <summary>How far a call to this address may go.</summary>
    public static ReachKind KindOf(Uri address, VerifyTarget target) =>
        ExplicitLoopback.IsNamedBy(address) ? ReachKind.Loopback : target.Network.Names(address) ? ReachKind.Allowed : ReachKind.Public;

    private static Reach ReachOf(Uri address, VerifyTarget target, string? variable)
    {
        var kind = KindOf(address, target);
        Refuse(address, kind, variable);
        return new Reach(kind, target.CertificateSha256);
    }

    private static BaseAddress Own(VerifyTarget target, TemplateValues values)
    {
        var provider = target.Provider;
        if (Literal(provider, values) is not { } literal)
            throw new VerifyFaultException(VerifyStatus.Inconclusive, VerifyCodes.UnknownEnvironment, provider.BaseUrlBy?.Variable);
        if (Template.Whole(literal) is { } variable)
        {
            var address = OfVariable(variable, BaseVariable.Complete(provider, variable, values.Find(variable) ?? ""));
            return new BaseAddress(address, address, ReachOf(address, target, variable));
        }

        var own = new Uri(literal);
        return new BaseAddress(own, own, ReachOf(own, target, variable: null));
    }

    private static Uri? Canonicals(ProviderDefinition provider, TemplateValues values)
    {
        var text = Literal(provider, values);
        if (text is not null && Template.Whole(text) is { } name)
            text = values.Find(name);
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) ? uri : null;
    }

    // The base of the catalogue's text, by the choosing variable if there is one; null for a value that the catalogue does not know.
    private static string? Literal(ProviderDefinition provider, TemplateValues values) =>
        BaseVariable.KnownHost(provider, values.Find) ?? (provider.BaseUrlBy is { } choice && values.Find(choice.Variable) is { } chosen ? choice.Find(chosen) : provider.BaseUrl);
}
