namespace ControlPlane.Api.Security;

/// <summary>The token of a granted start: <c>cpl1.&lt;bot_id&gt;.&lt;epoch&gt;.&lt;mac&gt;</c>. It holds across a restart; whether the lease of its epoch
/// lives is for the gate to say.</summary>
internal sealed record LeaseToken(string BotId, long Epoch)
{
    public const string Version = "cpl1";

    /// <summary>Key of all lease tokens, from the operator's token.</summary>
    public static byte[] KeyFrom(string operatorToken) => DerivedToken.KeyFrom(operatorToken, "control-plane/lease-token"u8);

    public string Write(byte[] key) => DerivedToken.Write(Version, BotId, Epoch, key);

    /// <summary>The token that a text is under this key; null when it is none.</summary>
    public static LeaseToken? Read(string text, byte[] key) => DerivedToken.Read(text, Version, key) is { } read ? new(read.BotId, read.Number) : null;
}
