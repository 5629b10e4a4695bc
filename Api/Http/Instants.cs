using System.Globalization;

namespace ControlPlane.Api.Http;

/// <summary>Instants that callers send.</summary>
internal static class Instants
{
    private static readonly string[] s_formats =
    [
        "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK",
    ];

    /// <summary>True for an ISO 8601 instant that says its offset, and for null. Without an offset nobody knows which instant it is.</summary>
    public static bool TryParse(string? text, out DateTimeOffset? instant)
    {
        instant = null;
        if (text is null) return true;
        if (text.Length > 40 || !SaysOffset(text)) return false;
        if (!DateTimeOffset.TryParseExact(text, s_formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed)) return false;
        instant = parsed.ToUniversalTime();
        return true;
    }

    private static bool SaysOffset(string text) =>
        text.EndsWith('Z') || (text.Length > 6 && text[^3] == ':' && text[^6] is '+' or '-');
}
