using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ControlPlane.Api.Http;

namespace ControlPlane.Api.Security;

/// <summary>A token that is made from the operator's, so that nobody keeps it, and another operator's token makes other ones:
/// <c>version.bot_id.number.mac</c>, the MAC being HMAC-SHA256 in base64url.</summary>
internal static class DerivedToken
{
    /// <summary>Key of all tokens of a kind, from the operator's token (HKDF, RFC 5869, with SHA-256).</summary>
    public static byte[] KeyFrom(string operatorToken, ReadOnlySpan<byte> kind)
    {
        var key = new byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(operatorToken), key, salt: kind, info: "v1"u8);
        return key;
    }

    public static string Write(string version, string botId, long number, byte[] key)
    {
        var signed = string.Create(CultureInfo.InvariantCulture, $"{version}.{botId}.{number}");
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(signed)))}";
    }

    /// <summary>What a text says as a token of this version under this key; null when it is none.</summary>
    public static (string BotId, long Number)? Read(string text, string version, byte[] key)
    {
        if (text.Length > TokenRule.MaxLength || !text.StartsWith(version + ".", StringComparison.Ordinal)) return null;

        // The bot's id may have points in it.
        var mac = text.LastIndexOf('.');
        var at = mac > 0 ? text.LastIndexOf('.', mac - 1) : -1;
        if (at <= version.Length) return null;
        var id = text[(version.Length + 1)..at];
        if (!TextRules.IsBotId(id) || !long.TryParse(text.AsSpan(at + 1, mac - at - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Write(version, id, number, key)), Encoding.UTF8.GetBytes(text)) ? (id, number) : null;
    }
}
