using System.Text;
using System.Text.Json.Nodes;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Catalogue.Validation;

namespace ControlPlane.Grains.Gateway.Calls;

/// <summary>A request of the gateway's own, filled in.</summary>
/// <param name="Query">Without its question mark.</param>
internal sealed record FilledTemplate(string Method, string Path, string Query, byte[]? Body, string? ContentType);

/// <summary>Fills the gateway's own requests. Values are encoded for where they stand.</summary>
internal static class CallTemplates
{
    public static IEnumerable<string> Names(RequestDefinition request) => RequestTemplates.Texts(request).SelectMany(text => Template.Names(text.Text)).Distinct(StringComparer.Ordinal);

    /// <returns>Null when a value is missing.</returns>
    public static FilledTemplate? Fill(RequestDefinition request, Func<string, string?> valueOf)
    {
        if (Names(request).Any(name => string.IsNullOrEmpty(valueOf(name)))) return null;
        string Plain(string text) => Template.Fill(text, name => valueOf(name)!);
        var filled = Template.Fill(request.Path, name => Uri.EscapeDataString(valueOf(name)!));
        var at = filled.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = at < 0 ? (filled, "") : (filled[..at], filled[(at + 1)..]);
        if (request.Form is { } form)
        {
            var pairs = string.Join('&', form.Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(Plain(pair.Value))}"));
            return new(request.Method, path, query, Encoding.ASCII.GetBytes(pairs), "application/x-www-form-urlencoded");
        }

        return request.Json is { } json
            ? new(request.Method, path, query, Encoding.UTF8.GetBytes(Json(JsonNode.Parse(json.GetRawText()), Plain)!.ToJsonString()), "application/json")
            : new(request.Method, path, query, null, null);
    }

    private static JsonNode? Json(JsonNode? node, Func<string, string> plain) => node switch
    {
        JsonObject o => new JsonObject(o.Select(member => KeyValuePair.Create(member.Key, Json(member.Value, plain)))),
        JsonArray a => new JsonArray([.. a.Select(item => Json(item, plain))]),
        JsonValue v when v.TryGetValue<string>(out var text) => JsonValue.Create(plain(text)),
        _ => node?.DeepClone(),
    };
}
