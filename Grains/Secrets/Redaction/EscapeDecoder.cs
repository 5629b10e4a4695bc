using System.Buffers;
using System.Globalization;
using System.Text;

namespace ControlPlane.Grains.Secrets.Redaction;

/// <summary>Which escapes to take back.</summary>
[Flags]
internal enum Escapes
{
    Backslash = 1,
    Percent = 2,
    Html = 4,
    All = Backslash | Percent | Html,
}

/// <summary>Takes back one layer of escapes in a folded text, whatever part of it was escaped, and remembers where each character
/// came from. Zero characters (UTF-16 read as bytes) are dropped.</summary>
internal static class EscapeDecoder
{
    /// <summary>Layers that are taken back: JSON in JSON in a URL in a URL, and two to spare.</summary>
    public const int MaxLayers = 6;

    private static readonly (string Name, char Value)[] Entities = [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&apos;", '\'')];

    /// <summary>Decodes in place (no escape is shorter than what it stands for) and returns the new length, or -1 when there was
    /// nothing to decode.</summary>
    /// <param name="origins">Of each character of <paramref name="text"/>, and of its end: one longer.</param>
    public static int Decode(Span<char> text, Span<int> origins, Escapes escapes)
    {
        var length = 0;
        var changed = false;
        Span<char> made = stackalloc char[2];
        for (var i = 0; i < text.Length;)
        {
            var (used, count) = text[i] switch
            {
                '\\' when escapes.HasFlag(Escapes.Backslash) => Backslash(text[i..], made),
                '%' when escapes.HasFlag(Escapes.Percent) => Percent(text[i..], made),
                '&' when escapes.HasFlag(Escapes.Html) => Html(text[i..], made),
                '\0' => (1, 0),
                _ => default,
            };
            changed |= used > 0;
            if (used == 0)
            {
                made[0] = text[i];
                (used, count) = (1, 1);
            }
            var origin = origins[i];
            foreach (var c in made[..count])
            {
                text[length] = Folding.Fold(c);
                origins[length++] = origin;
            }
            i += used;
        }
        origins[length] = origins[text.Length];
        return changed ? length : -1;
    }

    /// <summary>What a folded text becomes, layer by layer.</summary>
    public static IEnumerable<string> AllStages(string text)
    {
        var stages = new List<string>();
        var characters = text.ToCharArray();
        var length = characters.Length;
        for (var layer = 0; layer < MaxLayers; layer++)
        {
            length = Decode(characters.AsSpan(0, length), new int[length + 1], Escapes.All);
            if (length < 0)
                break;
            stages.Add(new string(characters, 0, length));
        }
        return stages;
    }

    private static (int Used, int Made) Backslash(ReadOnlySpan<char> text, Span<char> made)
    {
        if (text.Length < 2)
            return default;
        if (text[1] is 'u' or 'x')
        {
            var digits = text[1] == 'u' ? 4 : 2;
            if (text.Length < 2 + digits || !TryHex(text.Slice(2, digits), out var code))
                return default;
            made[0] = (char)code;
            return (2 + digits, 1);
        }
        made[0] = text[1] switch
        {
            'n' => '\n', 'r' => '\r', 't' => '\t', 'b' => '\b', 'f' => '\f',
            '\\' or '"' or '\'' or '/' => text[1],
            _ => '\0',
        };
        return made[0] == '\0' ? default : (2, 1);
    }

    private static (int Used, int Made) Percent(ReadOnlySpan<char> text, Span<char> made)
    {
        Span<byte> bytes = stackalloc byte[4];
        var count = 0;
        while (count < bytes.Length && text.Length >= (count + 1) * 3 && text[count * 3] == '%' && TryHex(text.Slice((count * 3) + 1, 2), out var code))
            bytes[count++] = (byte)code;
        return count > 0 && Rune.DecodeFromUtf8(bytes[..count], out var rune, out var consumed) == OperationStatus.Done
            ? (consumed * 3, rune.EncodeToUtf16(made))
            : default;
    }

    private static (int Used, int Made) Html(ReadOnlySpan<char> text, Span<char> made)
    {
        foreach (var (name, value) in Entities)
        {
            if (!text.StartsWith(name, StringComparison.Ordinal))
                continue;
            made[0] = value;
            return (name.Length, 1);
        }
        var end = text[..Math.Min(text.Length, 11)].IndexOf(';');
        if (end < 3 || text[1] != '#')
            return default;
        var hex = text[2] == 'x';
        return int.TryParse(text[(hex ? 3 : 2)..end], hex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, null, out var code) && Rune.IsValid(code)
            ? (end + 1, new Rune(code).EncodeToUtf16(made))
            : default;
    }

    private static bool TryHex(ReadOnlySpan<char> digits, out int code) =>
        int.TryParse(digits, NumberStyles.AllowHexSpecifier, null, out code);
}
