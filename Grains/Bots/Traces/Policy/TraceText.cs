using System.Globalization;
using System.Text;

namespace ControlPlane.Grains.Bots.Traces.Policy;

/// <summary>Texts that traces may hold: one line wherever they are printed, nothing that hides or reorders text.</summary>
internal static class TraceText
{
    public const string Rule = "text without line breaks, control or formatting characters";

    public static bool IsLine(string? text, int max) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= max && !text.EnumerateRunes().Any(Breaks);

    public static bool IsTraceId(string? text) => text is null || (text.Length == 32 && text.All(char.IsAsciiHexDigitLower));

    /// <summary>A longer text made fit to keep: what breaks a line becomes a space, what is too long is cut. Null when nothing is left.</summary>
    public static string? Sanitize(string? text, int max)
    {
        if (text is null) return null;
        var tamed = new StringBuilder(Math.Min(text.Length, max));
        foreach (var rune in text.EnumerateRunes())
        {
            if (tamed.Length + rune.Utf16SequenceLength > max) break;
            if (Breaks(rune)) tamed.Append(' ');
            else tamed.Append(rune);
        }

        var line = tamed.ToString().Trim();
        return line.Length == 0 ? null : line;
    }

    private static bool Breaks(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned
        || rune == Rune.ReplacementChar;
}
