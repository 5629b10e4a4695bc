using System.Buffers;
using ControlPlane.Abstractions;

namespace ControlPlane.Api.Http;

/// <summary>What ids and texts may look like. A text that passes is one line wherever it is printed.</summary>
internal static class TextRules
{
    private const string Lower = "abcdefghijklmnopqrstuvwxyz";
    private const string Digits = "0123456789";
    private static readonly SearchValues<char> s_lower = SearchValues.Create(Lower);
    private static readonly SearchValues<char> s_lowerOrDigit = SearchValues.Create(Lower + Digits);
    private static readonly SearchValues<char> s_botId = SearchValues.Create(Lower + Digits + "._-");
    private static readonly SearchValues<char> s_name = SearchValues.Create(Lower + Digits + "_");

    public const int MaxName = 100;
    public const int MaxReason = 500;
    public const string TextRule = "text without line breaks, control or formatting characters";

    public static bool IsBotId(string? id) => Is(id, 1, 64, s_lowerOrDigit, s_botId);

    public static bool IsProviderId(string? id) => Is(id, 2, 40, s_lower, s_name);

    public static bool IsLimitName(string? name) => Is(name, 1, 64, s_lower, s_name);

    public static bool IsVariableName(string? name) => 
        name is { Length: >= 1 and <= 64 } && !char.IsAsciiDigit(name[0]) && name.All(character => char.IsAsciiLetterOrDigit(character) || character == '_');

    /// <inheritdoc cref="PlainText.Is"/>
    public static bool IsText(string? text, int max) => PlainText.Is(text, max);

    /// <inheritdoc cref="PlainText.Sanitize"/>
    public static string? Sanitize(string? text, int max) => PlainText.Sanitize(text, max);

    private static bool Is(string? text, int min, int max, SearchValues<char> first, SearchValues<char> all) =>
        text is not null && text.Length >= min && text.Length <= max && first.Contains(text[0]) && !text.AsSpan().ContainsAnyExcept(all);
}
