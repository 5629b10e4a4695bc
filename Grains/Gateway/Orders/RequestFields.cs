using System.Text;
using System.Text.Json;

namespace ControlPlane.Grains.Gateway.Orders;

/// <summary>What a request says: its query, and its body as JSON or as a form.</summary>
internal sealed class RequestFields
{
    private RequestFields(RequestForm form, Dictionary<string, string> parameters, JsonElement? json) => (Form, Parameters, Json) = (form, parameters, json);

    public RequestForm Form { get; }

    /// <summary>Parameters of query and form.</summary>
    public Dictionary<string, string> Parameters { get; }

    public JsonElement? Json { get; }

    /// <exception cref="OrderFaultException">It can't be read in one way only.</exception>
    public static RequestFields Read(string? contentType, ReadOnlyMemory<byte> body, string query)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        AddPairs(parameters, query.TrimStart('?'));
        if (body.IsEmpty) return new(RequestForm.Query, parameters, null);
        var type = contentType?.Split(';', 2)[0].Trim() ?? "";
        if (contentType?.Contains("charset", StringComparison.OrdinalIgnoreCase) == true && !contentType.Contains("utf-8", StringComparison.OrdinalIgnoreCase))
            throw new OrderFaultException(null, "The body's charset must be UTF-8.");
        if (type.EndsWith("json", StringComparison.OrdinalIgnoreCase)) return new(RequestForm.Json, parameters, JsonFields.Parse(body));
        if (!type.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
            throw new OrderFaultException(null, "The body of an order must be application/json or application/x-www-form-urlencoded.");
        AddPairs(parameters, Encoding.Latin1.GetString(body.Span));
        return new(RequestForm.Form, parameters, null);
    }

    private static void AddPairs(Dictionary<string, string> fields, string text)
    {
        foreach (var pair in text.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            var name = "/" + JsonFields.Escape(Decode(at < 0 ? pair : pair[..at]));
            if (!fields.TryAdd(name, at < 0 ? "" : Decode(pair[(at + 1)..]))) throw new OrderFaultException(name, "is given twice.");
        }
    }

    private static string Decode(string text)
    {
        if (text.Any(c => c is > '~' or < ' ')) throw new OrderFaultException(null, "A parameter is not percent-encoded.");
        return Uri.UnescapeDataString(text.Replace('+', ' '));
    }
}

/// <summary>Where a request keeps its fields.</summary>
internal enum RequestForm
{
    Query = 0,
    Form = 1,
    Json = 2,
}
