using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ControlPlane.Api.Http;

namespace ControlPlane.Api.Security;

/// <summary>A bot's own token: <c>cpb1.&lt;bot_id&gt;.&lt;generation&gt;.&lt;mac&gt;</c>. It is made from the operator's token, so that nobody keeps it,
/// and another operator's token makes other ones.</summary>
internal sealed record BotToken(string BotId, long Generation)
{
    private const string Version = "cpb1";

    /// <summary>Key of all tokens of bots, from the operator's token (HKDF, RFC 5869, with SHA-256).</summary>
    public static byte[] KeyFrom(string operatorToken) => HKDF.DeriveKey(
        HashAlgorithmName.SHA256,
        Encoding.UTF8.GetBytes(operatorToken),
        outputLength: 32,
        salt: "control-plane/bot-token"u8.ToArray(),
        info: "v1"u8.ToArray());

    public string Write(byte[] key)
    {
        var signed = string.Create(CultureInfo.InvariantCulture, $"{Version}.{BotId}.{Generation}");
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(signed)))}";
    }

    /// <summary>The token that a text is under this key; null when it is none. Whether its generation counts is for others to say.</summary>
    public static BotToken? Read(string text, byte[] key)
    {
        if (text.Length > TokenRule.MaxLength || !text.StartsWith(Version + ".", StringComparison.Ordinal)) return null;

        // The bot's id may have points in it.
        var mac = text.LastIndexOf('.');
        var generation = mac > 0 ? text.LastIndexOf('.', mac - 1) : -1;
        if (generation <= Version.Length) return null;
        var id = text[(Version.Length + 1)..generation];
        if (!TextRules.IsBotId(id) || !long.TryParse(text.AsSpan(generation + 1, mac - generation - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;
        var token = new BotToken(id, number);
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token.Write(key)), Encoding.UTF8.GetBytes(text)) ? token : null;
    }
}
