namespace ControlPlane.Dashboard.Browser;

/// <summary>The part of an address behind <c>?</c>.</summary>
public static class QueryText
{
    public static IReadOnlyDictionary<string, string> Parse(string address)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        var mark = address.IndexOf('?', StringComparison.Ordinal);
        if (mark < 0) return found;
        foreach (var pair in address[(mark + 1)..].Split('#')[0].Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            found[Text(parts[0])] = parts.Length > 1 ? Text(parts[1]) : "";
        }

        return found;
    }

    /// <summary>The path with what has a value.</summary>
    public static string Format(string path, params ReadOnlySpan<(string Name, string? Value)> parts)
    {
        var query = "";
        foreach (var (name, value) in parts)
        {
            if (value is { Length: > 0 }) query += $"{(query.Length == 0 ? '?' : '&')}{name}={Uri.EscapeDataString(value)}";
        }

        return path + query;
    }

    private static string Text(string part) => Uri.UnescapeDataString(part.Replace('+', ' '));
}
