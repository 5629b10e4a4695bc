namespace ControlPlane.Grains.Secrets.Redaction;

/// <summary>Comparison without case, for hex digits in either case and for values that something lowered on their way.</summary>
internal static class Folding
{
    public static char Fold(char c) => char.IsAscii(c) ? (char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c) : char.ToLowerInvariant(c);

    public static void Fold(ReadOnlySpan<char> text, Span<char> folded)
    {
        for (var i = 0; i < text.Length; i++)
            folded[i] = Fold(text[i]);
    }

    public static string Fold(string text) => string.Create(text.Length, text, static (span, source) => Fold(source.AsSpan(), span));
}
