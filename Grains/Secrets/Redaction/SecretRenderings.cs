using System.Security.Cryptography;
using System.Text;

namespace ControlPlane.Grains.Secrets.Redaction;

/// <summary>The ways a value may stand in a text, except escapes, which <see cref="EscapeDecoder"/> takes back in the text itself.</summary>
internal static class SecretRenderings
{
    /// <summary>Folded renderings: as is, with other line breaks, in hex, and in Base64. A text in Base64 can start at three places in a longer one
    /// (a user name in front, a colon behind). Characters that neighbours share in are left out.</summary>
    public static HashSet<string> Of(string value)
    {
        var renderings = new HashSet<string>(StringComparer.Ordinal);
        if (value.Length < SecretRegistry.MinLength)
            return renderings;
        foreach (var form in LineBreaks(value))
        {
            renderings.Add(Folding.Fold(form));
            renderings.UnionWith(EscapeDecoder.AllStages(Folding.Fold(form)));
        }
        var bytes = Encoding.UTF8.GetBytes(value);
        renderings.Add(Convert.ToHexStringLower(bytes));
        renderings.Add(Folding.Fold(BitConverter.ToString(bytes)));
        renderings.Add(Folding.Fold(BitConverter.ToString(bytes).Replace('-', ' ')));
        for (var offset = 0; offset < 3; offset++)
        {
            var base64 = Base64(bytes, offset);
            renderings.Add(Folding.Fold(base64));
            renderings.Add(Folding.Fold(base64.Replace('+', '-').Replace('/', '_')));
        }
        CryptographicOperations.ZeroMemory(bytes);
        return renderings;
    }

    /// <summary>The value as its UTF-8 bytes read when each is taken for a character; nothing for a value in ASCII, which reads the same.</summary>
    public static IEnumerable<string> InBytes(string value) =>
        System.Text.Ascii.IsValid(value) ? [] : [Folding.Fold(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(value)))];

    private static IEnumerable<string> LineBreaks(string value)
    {
        yield return value;
        if (value.Contains(' ', StringComparison.Ordinal))
            yield return value.Replace(' ', '+');
        if (!value.Contains('\n', StringComparison.Ordinal))
            yield break;
        var plain = value.ReplaceLineEndings("\n");
        yield return plain;
        yield return plain.Replace("\n", "\r\n", StringComparison.Ordinal);
        yield return plain.Replace('\n', ' ');
        yield return plain.Replace("\n", "", StringComparison.Ordinal);
    }

    private static string Base64(byte[] bytes, int offset)
    {
        var padded = new byte[(offset + bytes.Length + 2) / 3 * 3];
        bytes.CopyTo(padded, offset);
        var first = ((8 * offset) + 5) / 6;
        var end = 8 * (offset + bytes.Length) / 6;
        return Convert.ToBase64String(padded)[first..end];
    }
}
