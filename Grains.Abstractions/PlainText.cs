using System.Globalization;
using System.Text;

namespace ControlPlane.Abstractions;

/// <summary>Texts from outside. One that passes is one line wherever it is printed.</summary>
public static class PlainText
{
    /// <summary>1 to <paramref name="max"/> characters, not only white space, nothing that breaks a line or hides text.</summary>
    public static bool Is(string? text, int max) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= max && (IsPrintableAscii(text) || !text.EnumerateRunes().Any(Breaks));

    /// <summary>A text made fit to print: what breaks a line becomes a space, what is too long is cut. Null when nothing is left.</summary>
    public static string? Sanitize(string? text, int max)
    {
        if (text is null || Is(text, max)) return text?.Trim();
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

    private static bool IsPrintableAscii(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    // Formatting characters (bidirectional overrides among them) can make a log line read as another one.
    private static bool Breaks(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned
        || rune == Rune.ReplacementChar;
}
