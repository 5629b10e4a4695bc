using System.Text.RegularExpressions;

namespace ControlPlane.ProviderSimulator.Requests;

/// <summary>Writes names and paths without what could be a credential.</summary>
internal static partial class SafePath
{
    private const string Hidden = "{?}";

    /// <summary>A path no route matches: words are kept, all else could be a key.</summary>
    public static string Of(string path) =>
        string.Join('/', path.Split('/').Select(static segment => segment.Length == 0 || Word().IsMatch(segment) ? segment : Hidden));

    public static IReadOnlyList<string> Names(IEnumerable<string> names) =>
        [.. names.Select(static name => Word().IsMatch(name) ? name : Hidden).Order(StringComparer.Ordinal)];

    [GeneratedRegex("^(?:[A-Za-z._-]{1,24}|v[0-9]{1,2})$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();
}
