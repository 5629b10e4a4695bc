using System.Text.RegularExpressions;

namespace ControlPlane.Grains.Secrets.Redaction;

/// <summary>The secret parts of a value. Of a web address it is everything but scheme and host; of a database's address or connection string it is
/// the passwords. Host, port, user and database name stay readable. Of anything else it is the whole.</summary>
internal static class SecretParts
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase;

    // Linear in the text: a limit of time would only fail on a busy host.
    private static readonly TimeSpan s_limit = Regex.InfiniteMatchTimeout;

    // Both cost milliseconds to make, and most values hold no '='.
    private static readonly Lazy<Regex> s_password = new(() => new Regex(
        """(?:^|;)\s*(?:password|pwd|passwd|accountkey|sharedaccesskey|user ?password|ssl ?password)\s*=\s*(?:'(?<value>[^']+)'|"(?<value>[^"]+)"|(?<value>[^;]+))""", Options, s_limit));

    private static readonly Lazy<Regex> s_connectionString = new(() => new Regex(
        @"(?:^|;)\s*(?:host|server|data ?source|addr(?:ess)?|network ?address|database|initial ?catalog|user(?:name|id| ?id)?|uid|accountname|endpoint)\s*=", Options, s_limit));

    public static IEnumerable<string> Of(string value)
    {
        var parts = value.Contains('=') && s_connectionString.Value.IsMatch(value) ? OfConnectionString(value)
            : value.Contains("://", StringComparison.Ordinal) ? OfAddress(value)
            : [value];
        return parts.Where(SecretLength.IsRecognised);
    }

    private static IEnumerable<string> OfAddress(string value)
    {
        if (!Uri.TryCreate(value, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            yield return value;
            yield break;
        }

        var web = uri.Scheme is "http" or "https" or "ws" or "wss";
        var authority = value.IndexOf("://", StringComparison.Ordinal) + 3;
        var path = value.AsSpan(authority).IndexOfAny('/', '?', '#');
        var end = path < 0 ? value.Length : authority + path;

        // The path of a web address may be a key of its own; that of a database is the database's name.
        var secret = web ? end : value.IndexOf('?', end);
        if (secret >= 0 && secret < value.Length)
            yield return value[secret..];
        var user = value.LastIndexOf('@', end - 1, end - authority);
        if (user < 0)
            yield break;
        var colon = value.IndexOf(':', authority, user - authority);
        if (colon >= 0)
            yield return value[(colon + 1)..user];
        else if (web)
            yield return value[authority..user];
        if (colon > authority && web)
            yield return value[authority..colon];
    }

    private static IEnumerable<string> OfConnectionString(string value)
    {
        for (var match = s_password.Value.Match(value); match.Success; match = match.NextMatch())
            yield return match.Groups["value"].Value.Trim();
    }
}
