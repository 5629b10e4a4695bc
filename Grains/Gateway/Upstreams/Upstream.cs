using System.Text;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Integrations.Verification.Requests;
using ControlPlane.Grains.Integrations.Verification.Signing;

namespace ControlPlane.Grains.Gateway.Upstreams;

/// <summary>A provider's base with the keys of this moment. Never kept beyond them, logged or shown.</summary>
internal sealed class Upstream(ProviderDefinition provider, BaseAddress address, CredentialPlan plan, VerifyTarget target, TemplateValues values, IRequestSigner? signer, HttpMessageInvoker http)
{
    private static readonly UriCreationOptions s_asItIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    // What does not change from call to call.
    private readonly Dictionary<string, string> _headers = Headers(plan, values);
    private readonly string _query = string.Join('&', plan.Query
        .Select(pair => $"{pair.Key}={values.Fill(pair.Value, CredentialText.FitsPath, Uri.EscapeDataString)}"));

    public ProviderDefinition Provider => provider;

    public HttpMessageInvoker Http => http;

    /// <summary>Header names that are put only where the caller has sent none.</summary>
    public bool IsDefault(string header) => plan.Headers.TryGetValue(header, out var template) && !CredentialPlan.HasVariable(template);

    /// <summary>True when the whole body is needed before the call can be made.</summary>
    public bool NeedsBody => signer is not null;

    /// <exception cref="VerifyFaultException">A value can't stand where it belongs, or can't be signed with.</exception>
    public FilledCall Fill(BotCall call) => signer is not null && IsToBeSigned(call) ? Signed(call) : new(Address(call), _headers, call.Body);

    private bool IsToBeSigned(BotCall call) => call.IsSigned || !plan.Open.Any(prefix => call.Path.StartsWith(prefix, StringComparison.Ordinal));

    private Uri Address(BotCall call)
    {
        var path = plan.Path is { } segment && call.Path.Contains(BotCall.TokenInPath, StringComparison.Ordinal)
            ? call.Path.Replace(BotCall.TokenInPath, Encode(ValueIn(segment)), StringComparison.Ordinal)
            : call.Path;
        var query = call.Query.Length == 0 ? _query : _query.Length == 0 ? call.Query : $"{call.Query}&{_query}";
        return new Uri($"{Prefix(address.Target)}{path}{(query.Length == 0 ? "" : "?")}{query}", s_asItIs);
    }

    private FilledCall Signed(BotCall call)
    {
        var signed = SignedFields.Of(signer!.Kind)!;
        var query = signed.Without(call.Query) is { Length: > 0 } left ? "?" + left : "";
        var request = new OutgoingRequest
        {
            Method = call.Method,
            Target = new Uri(Prefix(address.Target) + call.Path + query),
            Canonical = new Uri(Prefix(address.Canonical) + call.Path + query),
            Reach = address.Reach,
            Body = signed.Without(call.Body, call.ContentType) is { Length: > 0 } body ? body : null,
        };
        if (call.ContentType is { } type) request.Headers["Content-Type"] = type;
        foreach (var (name, value) in _headers) request.Headers[name] = value;
        signer.Sign(request, SigningCredentials.Of(target, values));
        return new(request.Target, request.Headers, request.Body ?? []);
    }

    private string ValueIn(string segment) => values.Find(Template.Names(segment).First()) ?? "";

    private static string Encode(string value) => Uri.EscapeDataString(value).Replace("%3A", ":", StringComparison.Ordinal);

    private static string Prefix(Uri address) => address.GetLeftPart(UriPartial.Path).TrimEnd('/');

    private static Dictionary<string, string> Headers(CredentialPlan plan, TemplateValues values)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, template) in plan.Headers)
        {
            if (values.Fill(template, CredentialText.FitsHeader) is { } value) headers[name] = value;
        }

        if (plan.Basic is { } basic)
        {
            var pair = $"{values.Fill(basic.Username, CredentialText.FitsBody, static value => value)}:{values.Fill(basic.Password, CredentialText.FitsBody, static value => value)}";
            headers["Authorization"] = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));
        }

        return headers;
    }

    public override string ToString() => $"Upstream {{ Provider = {provider.Id} }}";
}
