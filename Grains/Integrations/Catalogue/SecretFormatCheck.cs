using System.Buffers;
using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace ControlPlane.Grains.Integrations.Catalogue;

/// <param name="Hint">What to look at; never holds any of the value. Null when there is nothing to say.</param>
public sealed record SecretFormatResult(SecretFormat Format, string? Hint);

/// <summary>Looks for what goes wrong when a value is copied, and compares it with the shape that the catalogue knows.</summary>
public static partial class SecretFormatCheck
{
    private const int LongestPlaceholder = 80;
    private const string PemStart = "-----BEGIN ";
    private static readonly TimeSpan s_matchTimeout = TimeSpan.FromMilliseconds(100);

    // Patterns come from the catalogue alone, which bounds their number. To make one costs milliseconds, and orders are matched too.
    private static readonly ConcurrentDictionary<string, Regex> s_compiled = new(StringComparer.Ordinal);
    private static readonly SearchValues<char> s_quotes = SearchValues.Create("\"'`\u2018\u2019\u201C\u201D");

    /// <param name="variable">Null for a name that the catalogue does not know: only the general checks are made.</param>
    public static SecretFormatResult Check(VariableDefinition? variable, string value)
    {
        if (string.IsNullOrWhiteSpace(value))
            return new SecretFormatResult(SecretFormat.Blank, "The value is blank, which counts as absent.");
        if (Oddity(variable, value) is { } hint)
            return new SecretFormatResult(SecretFormat.Suspicious, hint);
        if (variable is not null && WrongKindCheck.Hint(variable, value) is { } kind)
            return new SecretFormatResult(SecretFormat.Suspicious, kind);
        if (variable?.Format is not { } format)
            return new SecretFormatResult(SecretFormat.Unknown, variable?.Hint);
        return Matches(format, value)
            ? new SecretFormatResult(SecretFormat.Ok, null)
            : new SecretFormatResult(SecretFormat.Suspicious, "The value has another shape than the ones seen so far." + Suffix(variable.Hint));
    }

    /// <summary>A shape as the catalogue means it: linear in the length of the value, whatever the pattern.</summary>
    /// <exception cref="ArgumentException">Not a regular expression, or one that needs look-around or back-references.</exception>
    internal static Regex Compile(string format) => s_compiled.GetOrAdd(format, New);

    private static Regex New(string format)
    {
        try
        {
            return new Regex(format, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, s_matchTimeout);
        }
        catch (NotSupportedException unsupported)
        {
            throw new ArgumentException("Look-around and back-references are not supported.", nameof(format), unsupported);
        }
    }

    private static string? Oddity(VariableDefinition? variable, string value)
    {
        if (value.AsSpan().ContainsAny('\0', '\uFFFD', '\uFEFF'))
            return "The value was saved as UTF-16 or in another encoding. Save it as UTF-8 without a mark.";
        if (value.StartsWith(PemStart, StringComparison.Ordinal))
            return OddityOfPem(value);
        if (char.IsWhiteSpace(value[0]) || char.IsWhiteSpace(value[^1]))
            return "The value has white space around it. Copy it again without.";
        if (s_quotes.Contains(value[0]) || s_quotes.Contains(value[^1]))
            return "The value has quotes around it. Set it without quotes.";
        if (value.Length <= LongestPlaceholder && Placeholder().IsMatch(value) && !IsOwnName(variable, value))
            return "The value looks like a placeholder of an example. Put the real one there.";
        if (value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return "The value starts with the word Bearer. Set the key alone.";
        if (value.Any(char.IsControl))
            return "The value has a line break or a control character inside. Copy it again in one line.";
        if (value.Any(character => character > 0x7e))
            return "The value has characters that keys do not have. Copy it again from the provider's page.";
        return null;
    }

    private static string? OddityOfPem(string value)
    {
        if (!value.Contains("-----END ", StringComparison.Ordinal))
            return "Only the first part of the PEM is there. Copy it whole, from its BEGIN line to its END line.";
        return value.TrimEnd().AsSpan().ContainsAny('\n', '\r') || value.Contains("\\n", StringComparison.Ordinal)
            ? null
            : "The PEM has lost its line breaks. Copy it with them, or write each as \\n.";
    }

    /// <summary>What people call their own programs begins with "my" quite often; a secret does not.</summary>
    private static bool IsOwnName(VariableDefinition? variable, string value) =>
        variable is { Secret: false } && value.StartsWith("my", StringComparison.OrdinalIgnoreCase);

    private static bool Matches(string format, string value)
    {
        try
        {
            return Compile(format).IsMatch(value);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static string Suffix(string? hint) => hint is null ? "" : $" {hint}";

    [GeneratedRegex(
        @"^(<.*>|\$\{.*\}|\{\{.*\}\}|%.*%|x{3,}|.*x{6,}.*|\*{3,}|\.{3,}|(your|my|insert|enter|replace|put)[-_ ].*|.*[-_ ](here|placeholder)|change[-_ ]?me.*|replace[-_ ]?me.*"
        + @"|todo|tbd|none|null|undefined|example|placeholder|dummy|test|secret|password|(api[-_ ]?)?key|token|.*(your|my)[-_]?(api|secret|access)[-_]?(key|token|secret).*)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}
