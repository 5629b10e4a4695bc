using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ControlPlane.Api.Http;

namespace ControlPlane.Api.Security;

/// <summary>The token of a granted start: <c>cpl1.&lt;bot_id&gt;.&lt;epoch&gt;.&lt;mac&gt;</c>. It is made from the operator's token like the bot's own, so that
/// nobody keeps it and it holds across a restart. Whether the lease of its epoch lives is for the gate to say.</summary>
internal sealed record LeaseToken(string BotId, long Epoch)
{
    public const string Version = "cpl1";

    /// <summary>Key of all lease tokens, from the operator's token.</summary>
    public static byte[] KeyFrom(string operatorToken) => HKDF.DeriveKey(
        HashAlgorithmName.SHA256,
        Encoding.UTF8.GetBytes(operatorToken),
        outputLength: 32,
        salt: "control-plane/lease-token"u8.ToArray(),
        info: "v1"u8.ToArray());

    public string Write(byte[] key)
    {
        var signed = string.Create(CultureInfo.InvariantCulture, $"{Version}.{BotId}.{Epoch}");
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(signed)))}";
    }

    /// <summary>The token that a text is under this key; null when it is none.</summary>
    public static LeaseToken? Read(string text, byte[] key)
    {
        if (text.Length > TokenRule.MaxLength || !text.StartsWith(Version + ".", StringComparison.Ordinal)) return null;

        // The bot's id may have points in it.
        var mac = text.LastIndexOf('.');
        var epoch = mac > 0 ? text.LastIndexOf('.', mac - 1) : -1;
        if (epoch <= Version.Length) return null;
        var id = text[(Version.Length + 1)..epoch];
        if (!TextRules.IsBotId(id) || !long.TryParse(text.AsSpan(epoch + 1, mac - epoch - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;
        var token = new LeaseToken(id, number);
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token.Write(key)), Encoding.UTF8.GetBytes(text)) ? token : null;
    }

    public override string ToString() => $"LeaseToken {{ Bot = {BotId}, Epoch = {Epoch} }}";
}
