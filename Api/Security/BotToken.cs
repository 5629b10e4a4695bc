namespace ControlPlane.Api.Security;

/// <summary>A bot's own token: <c>cpb1.&lt;bot_id&gt;.&lt;generation&gt;.&lt;mac&gt;</c>.</summary>
internal sealed record BotToken(string BotId, long Generation)
{
    private const string Version = "cpb1";

    /// <summary>Key of all tokens of bots, from the operator's token.</summary>
    public static byte[] KeyFrom(string operatorToken) => DerivedToken.KeyFrom(operatorToken, "control-plane/bot-token"u8);

    public string Write(byte[] key) => DerivedToken.Write(Version, BotId, Generation, key);

    /// <summary>The token that a text is under this key; null when it is none. Whether its generation counts is for others to say.</summary>
    public static BotToken? Read(string text, byte[] key) => DerivedToken.Read(text, Version, key) is { } read ? new(read.BotId, read.Number) : null;
}
