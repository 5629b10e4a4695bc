using System.Text;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification.Network;

namespace ControlPlane.Grains.Integrations.Verification.Requests;

/// <summary>Fills a request of the catalogue with values.</summary>
internal static class RequestBuilder
{
    /// <exception cref="VerifyFaultException">A value can't stand where it belongs, or the address is refused. Nothing was sent.</exception>
    /// <param name="otherBase">Base of a call that stands on another host than the provider's own, unless the base is overridden.</param>
    public static OutgoingRequest Build(RequestDefinition definition, VerifyTarget target, TemplateValues values, string? otherBase = null)
    {
        try
        {
            if (otherBase is not null)
                target = target with { Provider = target.Provider with { BaseUrl = otherBase, BaseUrlBy = null } };
            return Fill(definition, target, values);
        }
        catch (UriFormatException)
        {
            throw VerifyFaultException.Malformed(variable: null);
        }
    }

    private static OutgoingRequest Fill(RequestDefinition definition, VerifyTarget target, TemplateValues values)
    {
        var (address, canonical, reach) = Address(definition.Path, target, values);
        var body = Body(definition, values, out var contentType);
        var request = new OutgoingRequest
        {
            Method = definition.Method,
            Target = address,
            Canonical = canonical,
            Reach = reach,
            Body = body,
        };

        foreach (var (name, text) in definition.Headers)
        {
            if (values.Fill(text, CredentialText.FitsHeader) is { } value)
                request.Headers[name] = value;
        }

        if (contentType is not null)
            request.Headers.TryAdd("Content-Type", contentType);
        if (definition.Basic is { } basic)
            request.Headers["Authorization"] = Basic(basic, values);
        return request;
    }

    private static (Uri Target, Uri Canonical, Reach Reach) Address(string path, VerifyTarget target, TemplateValues values)
    {
        if (Template.Whole(path) is { } name)
        {
            var webhook = BaseAddress.OfVariable(name, values.Find(name) ?? "");
            if (target.BaseUrlOverride is null)
            {
                BaseAddress.Refuse(webhook, ReachKind.Public, name);
                return (WithoutFragment(webhook), webhook, Reach.Public);
            }

            var other = BaseAddress.Of(target, values);
            return (new Uri(Prefix(other.Target) + BehindBase(webhook, target.Provider.BaseUrl)), webhook, other.Reach);
        }

        var address = BaseAddress.Of(target, values);
        var filled = values.Fill(path, CredentialText.FitsPath, Encode);
        return (new Uri(Prefix(address.Target) + filled), new Uri(Prefix(address.Canonical) + filled), address.Reach);
    }

    // The segments that a webhook shares with the provider's own base are what an override of the base replaces.
    private static string BehindBase(Uri webhook, string baseUrl)
    {
        var path = webhook.AbsolutePath;
        if (Uri.TryCreate(baseUrl, UriKind.Absolute, out var own))
        {
            foreach (var segment in own.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                if (!path.StartsWith($"/{segment}/", StringComparison.Ordinal))
                    break;
                path = path[(segment.Length + 1)..];
            }
        }

        return path + webhook.Query;
    }

    private static string Prefix(Uri address) => address.GetLeftPart(UriPartial.Path).TrimEnd('/');

    private static Uri WithoutFragment(Uri address) => new(address.GetLeftPart(UriPartial.Query));

    // A colon may stand in a path and a query as it is; some services compare the raw text.
    private static string Encode(string value) => Uri.EscapeDataString(value).Replace("%3A", ":", StringComparison.Ordinal);

    private static byte[]? Body(RequestDefinition definition, TemplateValues values, out string? contentType)
    {
        contentType = null;
        if (definition.Json is { } json)
        {
            contentType = "application/json";
            return JsonBody.Fill(json, values);
        }

        if (definition.Form is not { } form)
            return null;
        contentType = "application/x-www-form-urlencoded";
        var pairs = form
            .Select(field => (field.Key, Value: values.Fill(field.Value, CredentialText.FitsBody)))
            .Where(field => field.Value is not null)
            .Select(field => $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(field.Value!)}");
        return Encoding.ASCII.GetBytes(string.Join('&', pairs));
    }

    private static string Basic(BasicAuthDefinition basic, TemplateValues values)
    {
        var username = values.Fill(basic.Username, CredentialText.FitsBody, static value => value);
        var password = values.Fill(basic.Password, CredentialText.FitsBody, static value => value);
        return "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{password}"));
    }
}
