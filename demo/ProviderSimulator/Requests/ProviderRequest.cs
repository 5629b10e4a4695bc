using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace ControlPlane.ProviderSimulator.Requests;

/// <summary>A request to a provider as it came over the wire, with its body read.</summary>
internal sealed class ProviderRequest
{
    private const int LargestBody = 1024 * 1024;
    private readonly Lazy<Dictionary<string, StringValues>> _form;
    private readonly Lazy<JsonElement?> _json;

    private ProviderRequest(string provider, string method, string target, string? realHost, IHeaderDictionary headers, byte[] body)
    {
        var query = target.IndexOf('?');
        Provider = provider;
        Method = method;
        SentPath = query < 0 ? target : target[..query];
        RawQuery = query < 0 ? "" : target[(query + 1)..];
        Path = SentPath.Length > provider.Length + 1 ? SentPath[(provider.Length + 1)..] : "/";
        RealHost = realHost;
        Headers = headers;
        Body = body;
        Query = QueryHelpers.ParseQuery(RawQuery);
        _form = new(() => QueryHelpers.ParseQuery(Text));
        _json = new(() => ParseJson(body));
    }

    public string Provider { get; }
    public string Method { get; }

    /// <summary>The path behind the provider, still percent-encoded.</summary>
    public string Path { get; }

    /// <summary>The path with the provider, still percent-encoded.</summary>
    public string SentPath { get; }

    /// <summary>The query as sent, without the question mark.</summary>
    public string RawQuery { get; }

    /// <summary>Host the real service answers on, when its script tells.</summary>
    public string? RealHost { get; }
    public IHeaderDictionary Headers { get; }
    public IReadOnlyDictionary<string, StringValues> Query { get; }
    public byte[] Body { get; }
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>Paths a signature may stand over: that of the real service, and the one a client that knows no prefix has sent.</summary>
    public IReadOnlyList<string> SignedPaths => [Path, SentPath];

    public string? Header(string name) => Headers.TryGetValue(name, out var values) ? string.Join(", ", values.ToArray()) : null;

    public string? QueryValue(string name) => Query.TryGetValue(name, out var values) ? values[0] : null;

    public string? FormValue(string name) => _form.Value.TryGetValue(name, out var values) ? values[0] : null;

    /// <summary>A scalar of the JSON body as text; the name may be a path with dots.</summary>
    public string? JsonValue(string name)
    {
        if (_json.Value is not { } element)
            return null;
        foreach (var part in name.Split('.'))
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(part, out element))
                return null;
        }

        return element.ValueKind switch
        {
            JsonValueKind.String => element.GetString(),
            JsonValueKind.Null or JsonValueKind.Undefined => null,
            _ => element.GetRawText(),
        };
    }

    /// <summary>User name and password of Basic authentication, joined by a colon; the bare header when it is another scheme.</summary>
    public string? Basic()
    {
        const string Scheme = "Basic ";
        var header = Header("Authorization");
        if (header is null || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return header;
        var coded = header[Scheme.Length..].Trim();
        var bytes = new byte[coded.Length];
        return Convert.TryFromBase64String(coded, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : header;
    }

    /// <exception cref="BadHttpRequestException">The body is larger than any provider takes.</exception>
    public static async Task<ProviderRequest> ReadAsync(HttpContext context, string provider, string? realBase, CancellationToken cancel)
    {
        using var body = new MemoryStream();
        var buffer = new byte[8192];
        for (int read; (read = await context.Request.Body.ReadAsync(buffer, cancel)) > 0;)
        {
            body.Write(buffer, 0, read);
            if (body.Length > LargestBody)
                throw new BadHttpRequestException("The body is too large.", StatusCodes.Status413PayloadTooLarge);
        }

        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var host = Uri.TryCreate(realBase, UriKind.Absolute, out var uri) ? uri.Authority : null;
        return new ProviderRequest(provider, context.Request.Method, target, host, context.Request.Headers, body.ToArray());
    }

    private static JsonElement? ParseJson(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
