using System.Text.RegularExpressions;

namespace ControlPlane.Grains.Secrets.Redaction;

/// <summary>The secret parts of a value. Of an address that is all but scheme and host, and of a connection string its passwords:
/// a host, a port or a database's name must stay readable. Of anything else it is the whole.</summary>
internal static class SecretParts
{
    private static readonly Regex Password = new(
        """(?i)(?:^|;)\s*(?:password|pwd|passwd|accountkey|sharedaccesskey|user ?password)\s*=\s*(?:'(?<value>[^']+)'|"(?<value>[^"]+)"|(?<value>[^;]+))""",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, Regex.InfiniteMatchTimeout);

    public static IEnumerable<string> Of(string value)
    {
        var parts = (value.Contains("://", StringComparison.Ordinal) ? OfAddress(value) : OfConnectionString(value))
            .Where(part => part.Length >= SecretRegistry.MinLength).ToList();
        return parts.Count > 0 ? parts : [value];
    }

    private static IEnumerable<string> OfAddress(string value)
    {
        if (!Uri.TryCreate(value, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            yield break;
        var authority = value.IndexOf("://", StringComparison.Ordinal) + 3;
        var path = value.AsSpan(authority).IndexOfAny('/', '?', '#');
        var end = path < 0 ? value.Length : authority + path;
        if (path >= 0)
            yield return value[end..];
        var user = value.LastIndexOf('@', end - 1, end - authority);
        if (user >= 0)
        {
            yield return value[authority..user];
            yield return value[(value.IndexOf(':', authority) is var colon && colon >= 0 && colon < user ? colon + 1 : authority)..user];
        }
    }

    private static IEnumerable<string> OfConnectionString(string value)
    {
        for (var match = Password.Match(value); match.Success; match = match.NextMatch())
            yield return match.Groups["value"].Value.Trim();
    }
}
