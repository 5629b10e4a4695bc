using System.Globalization;
using System.Text.Json;
using ControlPlane.ProviderSimulator.Requests;

namespace ControlPlane.ProviderSimulator.Books;

/// <summary>Reads what a broker's call says.</summary>
internal static class BookRequest
{
    /// <summary>Segments of the path, decoded.</summary>
    public static string[] Segments(this ProviderRequest request) => [.. request.Path.Split('?')[0].Trim('/').Split('/').Select(Uri.UnescapeDataString)];

    /// <summary>A parameter of the query or of a form.</summary>
    public static string? Parameter(this ProviderRequest request, string name) => request.QueryValue(name) ?? request.FormValue(name);

    public static bool Is(this ProviderRequest request, string method, string path) => request.Method == method && request.Path.Split('?')[0] == path;

    public static decimal? Number(string? text) => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static string Text(decimal number) => number.ToString("0.########", CultureInfo.InvariantCulture);

    /// <summary>The body as JSON; an empty object where it is none.</summary>
    public static JsonElement Json(this ProviderRequest request)
    {
        try
        {
            using var document = JsonDocument.Parse(request.Body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            using var empty = JsonDocument.Parse("{}");
            return empty.RootElement.Clone();
        }
    }

    public static string? Member(this JsonElement element, params string[] path)
    {
        foreach (var part in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(part, out element)) return null;
        }

        return element.ValueKind switch { JsonValueKind.String => element.GetString(), JsonValueKind.Null => null, _ => element.GetRawText() };
    }
}
