using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ControlPlane.Testing;

/// <summary>The ways a value turns up in texts. Written apart from the product's redactor, so that they do not share a mistake.</summary>
public static class CanaryEncodings
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Renderings of a whole value, each with the name of its encoding.</summary>
    public static IEnumerable<(string Encoding, string Text)> Of(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        yield return ("raw", value);
        yield return ("hex", Convert.ToHexStringLower(bytes));
        yield return ("HEX", Convert.ToHexString(bytes));
        yield return ("hex with dashes", BitConverter.ToString(bytes));
        foreach (var text in Base64(bytes))
            yield return text;
        foreach (var text in Percent(value, bytes))
            yield return text;
        foreach (var text in Json(value))
            yield return text;
        yield return ("HTML", HtmlEncoder.Default.Encode(value));
        yield return ("HTML, old", WebUtility.HtmlEncode(value));
    }

    /// <summary>Renderings of a piece from the middle of a value: its Base64 is that of each of the three places it can start at,
    /// without the characters that its neighbours share in.</summary>
    public static IEnumerable<(string Encoding, string Text)> OfPiece(string piece)
    {
        foreach (var rendering in Of(piece).Where(rendering => !rendering.Encoding.StartsWith("Base64", StringComparison.Ordinal)))
            yield return rendering;
        var bytes = Encoding.UTF8.GetBytes(piece);
        for (var before = 0; before < 3; before++)
        {
            var text = Convert.ToBase64String([.. new byte[before], .. bytes, .. new byte[3]]);
            text = text[(((before * 4) + 2) / 3)..((before + bytes.Length) * 4 / 3)];
            yield return ("Base64", text);
            yield return ("Base64 URL", text.Replace('+', '-').Replace('/', '_'));
            yield return ("Base64, percent", Uri.EscapeDataString(text));
        }
    }

    private static IEnumerable<(string, string)> Base64(byte[] bytes)
    {
        foreach (var (name, before, after) in new[] { ("bare", "", ""), ("value:", "", ":"), (":value", ":", ""), ("user:value", "user:", ""), ("ab value", "ab", "") })
        {
            byte[] whole = [.. Encoding.UTF8.GetBytes(before), .. bytes, .. Encoding.UTF8.GetBytes(after)];
            var standard = Convert.ToBase64String(whole);
            yield return ($"Base64 of {name}", standard);
            yield return ($"Base64 of {name}, no padding", standard.TrimEnd('='));
            yield return ($"Base64 URL of {name}", standard.Replace('+', '-').Replace('/', '_'));
            yield return ($"Base64 URL of {name}, no padding", standard.TrimEnd('=').Replace('+', '-').Replace('/', '_'));
            yield return ($"Base64 of {name}, percent", Uri.EscapeDataString(standard));
        }
    }

    private static IEnumerable<(string, string)> Percent(string value, byte[] bytes)
    {
        var upper = Uri.EscapeDataString(value);
        var every = string.Concat(bytes.Select(b => "%" + b.ToString("X2", CultureInfo.InvariantCulture)));
        yield return ("percent", upper);
        yield return ("percent, lower", LowerHex(upper));
        yield return ("percent twice", Uri.EscapeDataString(upper));
        yield return ("percent twice, lower", LowerHex(Uri.EscapeDataString(LowerHex(upper))));
        yield return ("percent, every character", every);
        yield return ("form", WebUtility.UrlEncode(value));
    }

    private static IEnumerable<(string, string)> Json(string value)
    {
        var plain = Inner(JsonSerializer.Serialize(value));
        var relaxed = Inner(JsonSerializer.Serialize(value, Relaxed));
        yield return ("JSON", plain);
        yield return ("JSON, relaxed", relaxed);
        yield return ("JSON with \\/", relaxed.Replace("/", "\\/", StringComparison.Ordinal));
        yield return ("JSON, every character", string.Concat(value.Select(c => "\\u" + ((int)c).ToString("x4", CultureInfo.InvariantCulture))));
        yield return ("JSON in JSON", Inner(JsonSerializer.Serialize(plain)));
        yield return ("JSON in JSON, relaxed", Inner(JsonSerializer.Serialize(relaxed, Relaxed)));
        yield return ("JSON in a query", Uri.EscapeDataString(plain));
    }

    private static string Inner(string json) => json[1..^1];

    private static string LowerHex(string percent) => string.Concat(percent.Select((c, i) =>
        (i >= 1 && percent[i - 1] == '%') || (i >= 2 && percent[i - 2] == '%') ? char.ToLowerInvariant(c) : c));
}
