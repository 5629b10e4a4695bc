namespace ControlPlane.Api.Security;

/// <summary>What an access token must look like.</summary>
internal static class TokenRule
{
    public const int MinLength = 24;

    /// <summary>Longest token that is looked at; a longer one is no token of ours.</summary>
    public const int MaxLength = 512;

    /// <summary>Visible ASCII only: anything else can't be sent in a header as it stands.</summary>
    public static bool IsAcceptable(string token) =>
        token.Length is >= MinLength and <= MaxLength && token.All(character => character is > ' ' and <= '~');
}
