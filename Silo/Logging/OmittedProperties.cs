namespace ControlPlane.Silo.Logging;

/// <summary>Properties that hold what a caller sent or where a request went. They are left out whatever they hold and at any level;
/// logs have route templates instead.</summary>
internal static class OmittedProperties
{
    /// <summary>Stands in a message for a property that was left out.</summary>
    public const string Placeholder = "[omitted]";

    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "RequestPath", "Path", "PathBase", "RequestPathBase", "QueryString", "Query", "RequestUri", "Uri", "Url", "RequestUrl",
        "RawTarget", "RawUrl", "Target", "Body", "RequestBody", "ResponseBody", "Content", "Headers", "RequestHeaders", "ResponseHeaders",
        "Cookie", "Cookies", "Referer", "Referrer",
    };

    public static bool Contains(string name) =>
        Names.Contains(name)
        || name.StartsWith("url.", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("http.url", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("http.target", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("http.request.header", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("http.response.header", StringComparison.OrdinalIgnoreCase);
}
