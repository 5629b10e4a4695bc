using System.Text.Json;

namespace ControlPlane.Grains.Gateway.Orders;

/// <summary>Flattens JSON to pointers and texts. A null is an absent field; an empty object or list is an empty text.</summary>
internal static class JsonFields
{
    private const int MaxFields = 5_000;

    /// <exception cref="OrderFaultException">It can't be read in one way only.</exception>
    public static JsonElement Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            var text = body.Span is [0xEF, 0xBB, 0xBF, ..] ? body[3..] : body;
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 32, AllowDuplicateProperties = false });
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw new OrderFaultException(null, "The body is no JSON, or names a field twice.");
        }
    }

    /// <param name="except">Pointer of a part that is left out.</param>
    public static Dictionary<string, string> Flatten(JsonElement element, string? except = null)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            Add(fields, "", element, except);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair passes the parser and throws when it is read.
            throw new OrderFaultException(null, "The body holds text that is no Unicode.");
        }

        return fields;
    }

    /// <summary>The part at a pointer, or null.</summary>
    public static JsonElement? At(JsonElement element, string pointer)
    {
        foreach (var part in pointer.Split('/').Skip(1))
        {
            var name = part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member)) element = member;
            else if (element.ValueKind == JsonValueKind.Array && int.TryParse(name, out var index) && index >= 0 && index < element.GetArrayLength()) element = element[index];
            else return null;
        }

        return element.ValueKind == JsonValueKind.Null ? null : element;
    }

    public static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    public static string? Text(JsonElement? element) => element?.ValueKind switch
    {
        JsonValueKind.String => element.Value.GetString(),
        JsonValueKind.Number => element.Value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };

    private static void Add(Dictionary<string, string> fields, string at, JsonElement element, string? except)
    {
        if (at == except) return;
        if (fields.Count > MaxFields) throw new OrderFaultException(null, "The body has too many fields.");
        switch (element.ValueKind)
        {
            case JsonValueKind.Object when element.EnumerateObject().Any():
                foreach (var member in element.EnumerateObject()) Add(fields, $"{at}/{Escape(member.Name)}", member.Value, except);
                break;
            case JsonValueKind.Array when element.GetArrayLength() > 0:
                var index = 0;
                foreach (var item in element.EnumerateArray()) Add(fields, $"{at}/{index++}", item, except);
                break;
            case JsonValueKind.Null:
                break;
            case JsonValueKind.Object or JsonValueKind.Array:
                if (at.Length > 0) fields[at] = "";
                break;
            default:
                fields[at] = Text(element)!;
                break;
        }
    }
}
