using System.Text.RegularExpressions;

namespace ControlPlane.Grains.Secrets.Redaction;

/// <summary>A form that is specific enough to be redacted on sight.</summary>
internal sealed class KeyShape(string id, string[] triggers, string pattern)
{
    /// <summary>Longest time for one text. Matching is linear in its length: more means that something is wrong.</summary>
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(2);

    // Made at the first text that holds a trigger: it costs milliseconds, and most shapes never meet one. A shape that can't be made throws
    // there, and the text is withheld.
    private readonly Lazy<Regex> _regex = new(() => new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, MatchTimeout));
    private readonly string[] _triggers = [.. triggers.Select(Folding.Fold)];

    public string Id { get; } = id;

    /// <summary>False when the text cannot hold the shape: the quick look that spares most texts the pattern.</summary>
    /// <param name="folded">The text, in lower case.</param>
    public bool MayBeIn(string folded)
    {
        foreach (var trigger in _triggers)
        {
            if (folded.Contains(trigger, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    /// <exception cref="RegexMatchTimeoutException">The text took too long.</exception>
    public string Remove(string text) => _regex.Value.Replace(text, Cut);

    private static string Cut(Match match)
    {
        var secret = match.Groups.Count > 1 ? match.Groups[1] : match;
        var start = secret.Index - match.Index;
        return string.Concat(match.ValueSpan[..start], Secret.Redacted, match.ValueSpan[(start + secret.Length)..]);
    }
}
