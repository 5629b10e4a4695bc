using System.Text;
using System.Text.RegularExpressions;

namespace ControlPlane.ProviderSimulator.Scripts;

/// <summary>A text with placeholders. <c>{UPPER_CASE}</c> is a registered value, <c>{token}</c> a token of the provider, any other
/// lower-case name something that only a signing check can evaluate, and matches all that is not empty.</summary>
internal sealed partial class Template
{
    public const string Token = "token";

    private readonly string[] _literals;

    private Template(string text, string[] literals, string[] names)
    {
        Text = text;
        _literals = literals;
        Names = names;
    }

    public string Text { get; }

    /// <summary>Placeholders in the order they stand.</summary>
    public IReadOnlyList<string> Names { get; }

    public static Template Parse(string text)
    {
        var literals = new List<string>();
        var names = new List<string>();
        var from = 0;
        foreach (var match in Placeholder().EnumerateMatches(text))
        {
            literals.Add(text[from..match.Index]);
            names.Add(text[(match.Index + 1)..(match.Index + match.Length - 1)]);
            from = match.Index + match.Length;
        }

        literals.Add(text[from..]);
        return new Template(text, [.. literals], [.. names]);
    }

    public static bool IsValueName(string name) => name.Length > 0 && char.IsAsciiLetterUpper(name[0]);

    /// <summary>What each placeholder stands for in a text, or null when the text does not fit. A value that is given must stand there
    /// as it is; the others must not be empty.</summary>
    public IReadOnlyDictionary<string, string>? Match(string actual, Func<string, string?> valueOf)
    {
        var pattern = new StringBuilder(@"\A");
        for (var i = 0; i < Names.Count; i++)
        {
            pattern.Append(Regex.Escape(_literals[i]));
            pattern.Append(valueOf(Names[i]) is { } value ? $"({Regex.Escape(value)})" : "(.+?)");
        }

        pattern.Append(Regex.Escape(_literals[^1])).Append(@"\z");
        var match = Regex.Match(actual, pattern.ToString(), RegexOptions.Singleline | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        if (!match.Success)
            return null;

        var found = new Dictionary<string, string>();
        for (var i = 0; i < Names.Count; i++)
            found[Names[i]] = match.Groups[i + 1].Value;
        return found;
    }

    [GeneratedRegex(@"\{[A-Za-z][A-Za-z0-9_]*\}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}
