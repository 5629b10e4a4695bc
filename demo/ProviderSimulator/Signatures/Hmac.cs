using System.Security.Cryptography;
using System.Text;

namespace ControlPlane.ProviderSimulator.Signatures;

/// <summary>HMAC-SHA256 of text in the two encodings providers use.</summary>
internal static class Hmac
{
    public static byte[] Sha256(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    public static byte[] Sha256(string key, string text) => Sha256(Encoding.UTF8.GetBytes(key), text);

    public static string Hex(string key, string text) => Convert.ToHexStringLower(Sha256(key, text));

    public static string Base64(string key, string text) => Convert.ToBase64String(Sha256(key, text));

    /// <summary>Bytes of a base64 text; empty when it is none.</summary>
    public static byte[] Decoded(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : [];
    }

    public static bool Same(string? sent, string expected) =>
        sent is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(sent), Encoding.UTF8.GetBytes(expected));
}
