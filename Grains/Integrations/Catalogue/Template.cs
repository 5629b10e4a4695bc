using System.Text.RegularExpressions;

namespace ControlPlane.Grains.Integrations.Catalogue;

/// <summary>Texts with <c>{VARIABLE}</c> in them.</summary>
internal static partial class Template
{
    /// <summary>Stands for the token of a session.</summary>
    public const string Token = "token";

    public static IEnumerable<string> Names(string text) => Placeholder().Matches(text).Select(match => match.Groups["name"].Value);

    /// <summary>The name, when the text is one template and nothing else.</summary>
    public static string? Whole(string text) =>
        Placeholder().Match(text) is { Success: true } match && match.Length == text.Length ? match.Groups["name"].Value : null;

    public static string Fill(string text, Func<string, string> valueOf) =>
        Placeholder().Replace(text, match => valueOf(match.Groups["name"].Value));

    [GeneratedRegex(@"\{(?<name>[A-Za-z_][A-Za-z0-9_?]*)\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}
