using System.Globalization;
using System.Text;

namespace ControlPlane.Grains.Secrets.Redaction;

/// <summary>Makes visible what could break a line, control a terminal or reorder text. That is line breaks, escapes, other controls, Unicode
/// separators, bidirectional overrides and invisible characters.</summary>
public static class OneLine
{
    public static string Escape(string text)
    {
        StringBuilder? result = null;
        for (var i = 0; i < text.Length;)
        {
            var valid = Rune.TryGetRuneAt(text, i, out var rune);
            var length = valid ? rune.Utf16SequenceLength : 1;
            if (valid && !IsHidden(rune))
            {
                result?.Append(text, i, length);
            }
            else
            {
                result ??= new StringBuilder(text, 0, i, text.Length + 16);
                for (var k = 0; k < length; k++)
                    AppendEscaped(result, text[i + k]);
            }
            i += length;
        }
        return result?.ToString() ?? text;
    }

    private static bool IsHidden(Rune rune) => rune.IsAscii
        ? rune.Value is < 0x20 or 0x7F
        : Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static void AppendEscaped(StringBuilder result, char c) => _ = c switch
    {
        '\r' => result.Append("\\r"),
        '\n' => result.Append("\\n"),
        '\t' => result.Append("\\t"),
        _ => result.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
    };
}
