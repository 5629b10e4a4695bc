using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace ControlPlane.Grains.Gateway;

/// <summary>The segments of a path, decoded once. A path that a server behind us could read as another one is refused.</summary>
internal static class PathSegments
{
    // Characters that servers or proxies take for a slash, or for the end of the path.
    private static readonly SearchValues<char> s_refused = SearchValues.Create("/\\?#%;\u2044\u2215\u29F8\uFF0F\uFF3C\uFF0E\u2024\uFFFD");
    private static readonly UTF8Encoding s_utf8 = new(false, throwOnInvalidBytes: true);

    /// <param name="rawPath">As it was received, without query, starting with a slash.</param>
    public static bool TryRead(string rawPath, [NotNullWhen(true)] out string[]? segments)
    {
        segments = null;
        if (!rawPath.StartsWith('/')) return false;
        var parts = rawPath[1..].Split('/');
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i].Length == 0 && (i < parts.Length - 1 || parts.Length == 1)) return parts.Length == 1 && Empty(out segments);
            if (Decode(parts[i]) is not { } decoded || decoded is "." or "..") return false;
            if (decoded.AsSpan().ContainsAny(s_refused) || decoded.Any(char.IsControl)) return false;
            parts[i] = decoded;
        }

        segments = parts;
        return true;
    }

    private static bool Empty(out string[] segments)
    {
        segments = [""];
        return true;
    }

    private static string? Decode(string part)
    {
        if (part.Any(c => c is > '~' or < ' ')) return null;
        if (!part.Contains('%', StringComparison.Ordinal)) return part;
        var bytes = new List<byte>(part.Length);
        for (var i = 0; i < part.Length; i++)
        {
            if (part[i] != '%')
            {
                bytes.Add((byte)part[i]);
                continue;
            }

            if (i + 2 >= part.Length || !char.IsAsciiHexDigit(part[i + 1]) || !char.IsAsciiHexDigit(part[i + 2])) return null;
            bytes.Add(Convert.FromHexString(part.AsSpan(i + 1, 2))[0]);
            i += 2;
        }

        try
        {
            return s_utf8.GetString([.. bytes]);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
