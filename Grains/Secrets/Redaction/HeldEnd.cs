using System.Buffers;

namespace ControlPlane.Grains.Secrets.Redaction;

/// <summary>Start of the end of a text that can't be decided before more input comes. It may be the start of a secret, plain or behind layers of
/// escapes, or an incomplete escape.</summary>
internal static class HeldEnd
{
    /// <param name="folded">The text so far.</param>
    /// <returns>The length of what can be evaluated.</returns>
    public static int Of(ReadOnlySpan<char> folded, SecretBeginnings beginnings)
    {
        if (beginnings.Longest == 0) return folded.Length;

        // A character of a secret takes up to six of an escape; deeper layers of a longer text than this are cut at its edge.
        var window = Math.Min(folded.Length, (beginnings.Longest * 6) + 64);
        var from = folded.Length - window;
        var tail = folded[from..];
        var end = Plain(tail, [], beginnings, window);
        if (ExactValues.IsEscaped(tail))
        {
            foreach (var chain in ExactValues.AllChains) end = Math.Min(end, Escaped(tail, beginnings, chain, window));
        }

        return from + end;
    }

    private static int Escaped(ReadOnlySpan<char> tail, SecretBeginnings beginnings, Escapes chain, int end)
    {
        var text = ArrayPool<char>.Shared.Rent(tail.Length);
        var origins = ArrayPool<int>.Shared.Rent(tail.Length + 1);
        try
        {
            tail.CopyTo(text);
            for (var i = 0; i <= tail.Length; i++) origins[i] = i;
            var length = tail.Length;
            for (var layer = 0; layer < EscapeDecoder.MaxLayers; layer++)
            {
                length = EscapeDecoder.Decode(text.AsSpan(0, length), origins.AsSpan(0, length + 1), chain);
                if (length < 0) break;
                end = Math.Min(end, Plain(text.AsSpan(0, length), origins.AsSpan(0, length + 1), beginnings, tail.Length));
            }

            return end;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(text, clearArray: true);
            ArrayPool<int>.Shared.Return(origins);
        }
    }

    private static int Plain(ReadOnlySpan<char> text, ReadOnlySpan<int> origins, SecretBeginnings beginnings, int whole)
    {
        var cut = text.Length - CutOff(text);
        var end = cut - beginnings.Held(text[..cut]);
        return end == text.Length ? whole : origins.IsEmpty ? end : origins[end];
    }

    /// <summary>Characters at the end that may be the first part of an escape.</summary>
    private static int CutOff(ReadOnlySpan<char> text)
    {
        var cut = 0;
        if (text[Math.Max(0, text.Length - 6)..].LastIndexOf('\\') is >= 0 and var backslash)
        {
            var left = Math.Min(6, text.Length) - backslash;
            var needs = left == 1 ? 2 : text[^(left - 1)] switch { 'u' => 6, 'x' => 4, _ => 2 };
            if (left < needs) cut = left;
        }

        // Up to four escapes are one character.
        var percents = text[Math.Max(0, text.Length - 12)..];
        for (var at = percents.IndexOf('%'); at >= 0;)
        {
            if (IsCutOffCharacter(percents[at..])) return Math.Max(cut, percents.Length - at);
            var next = percents[(at + 1)..].IndexOf('%');
            at = next < 0 ? -1 : at + 1 + next;
        }

        var entity = text[Math.Max(0, text.Length - 11)..];
        return entity.LastIndexOf('&') is >= 0 and var ampersand && entity[ampersand..].IndexOf(';') < 0 ? Math.Max(cut, entity.Length - ampersand) : cut;
    }

    /// <summary>True for escapes up to the end of the text that are less than the bytes of one character.</summary>
    private static bool IsCutOffCharacter(ReadOnlySpan<char> text)
    {
        if (text.Length < 3) return text.Length == 1 || char.IsAsciiHexDigit(text[1]);
        if (!char.IsAsciiHexDigit(text[1]) || !char.IsAsciiHexDigit(text[2])) return false;
        var bytes = char.ToLowerInvariant(text[1]) switch { 'c' or 'd' => 2, 'e' => 3, 'f' => 4, _ => 1 };
        return text.Length < bytes * 3;
    }
}
