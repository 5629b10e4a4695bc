using System.Text;

namespace ControlPlane.Abstractions;

/// <summary>The label of a call: its method and the words of its path. What could be a key, a token, an address or an id is left out,
/// so that the label names a route and nothing else.</summary>
internal static class OperationLabel
{
    public const string LeftOut = "{...}";
    private const int MaxSegment = 40;
    private const int MaxWord = 20;
    private const int MaxUpperCase = 8;
    private const int MaxConsonants = 5;
    private const int MaxHumps = 2;

    public static string Of(HttpRequestMessage request)
    {
        if (request.Options.TryGetValue(IntegrationUsageScope.Operation, out var own) && Clean(own) is { } label) return label;
        var method = request.Method.Method is { Length: <= 16 } name && name.All(char.IsAsciiLetter) ? name.ToUpperInvariant() : "OTHER";
        return Clean($"{method} {Route(request.RequestUri)}") ?? method;
    }

    /// <summary>A label made fit to keep: cut where a query or fragment begins. Null when nothing is left.</summary>
    public static string? Clean(string? label)
    {
        if (label is not null && label.AsSpan().IndexOfAny('?', '#') is >= 0 and var cut) label = label[..cut];
        return PlainText.Sanitize(label, UsageLimits.MaxOperation);
    }

    private static string Route(Uri? address)
    {
        if (address is null) return "/";
        var path = address.IsAbsoluteUri ? address.AbsolutePath : address.OriginalString;
        if (path.AsSpan().IndexOfAny('?', '#') is >= 0 and var cut) path = path[..cut];
        var route = new StringBuilder();
        foreach (var segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            route.Append('/').Append(IsRouteWord(segment) ? segment : LeftOut);
            if (route.Length > UsageLimits.MaxOperation) break;
        }

        return route.Length == 0 ? "/" : route.ToString();
    }

    /// <summary>True for what stands in routes: <c>v3</c>, <c>quotes</c>, <c>api-key.json</c>, <c>sendMessage</c>, <c>AAPL</c>.</summary>
    internal static bool IsRouteWord(string segment)
    {
        if (segment.Length > MaxSegment) return false;
        if (IsVersion(segment)) return true;
        var words = segment.Split('-', '_', '.');
        if (words.Length == 1) return IsWord(segment);

        // Words that are joined are written in one case; keys that happen to hold a separator are not.
        return words.Length <= 5 && words.All(IsWord) && segment.Count(char.IsAsciiDigit) <= 2
            && (!segment.Any(char.IsAsciiLetterUpper) || !segment.Any(char.IsAsciiLetterLower));
    }

    // v1, v1beta2, v1.1, 3
    private static bool IsVersion(string segment)
    {
        if (segment.Length <= 2 && segment.All(char.IsAsciiDigit)) return true;
        return segment.Length <= 8 && segment[0] is 'v' or 'V' && segment.Length > 1 && char.IsAsciiDigit(segment[1])
            && segment.Count(char.IsAsciiDigit) <= 4 && segment.All(c => char.IsAsciiLetterOrDigit(c) || c == '.');
    }

    /// <summary>Letters that could be spoken, in one or a few humps, at most two digits behind them. Random text fails one of these soon.</summary>
    private static bool IsWord(string word)
    {
        var letters = word.AsSpan().TrimEnd("0123456789");
        if (letters.Length is 0 or > MaxWord || word.Length - letters.Length > 2) return false;
        int consonants = 0, humps = 0, upper = 0;
        for (var i = 0; i < letters.Length; i++)
        {
            var letter = letters[i];
            if (!char.IsAsciiLetter(letter)) return false;
            if (char.IsAsciiLetterUpper(letter))
            {
                upper++;
                if (i > 0 && char.IsAsciiLetterLower(letters[i - 1])) humps++;
            }

            consonants = "aeiouyAEIOUY".Contains(letter, StringComparison.Ordinal) ? 0 : consonants + 1;
            if (consonants > MaxConsonants && upper <= i) return false;
        }

        return upper == letters.Length ? letters.Length <= MaxUpperCase : humps <= MaxHumps;
    }
}
