using System.Security.Cryptography;

namespace ControlPlane.Testing;

/// <summary>What random parts are made of.</summary>
public static class CanaryAlphabet
{
    public const string Alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    public const string LowerHex = "0123456789abcdef";
    public const string Base64 = Alphanumeric + "+/";
    public const string Digits = "0123456789";

    /// <summary>Every character that some encoding changes.</summary>
    public const string Awkward = Alphanumeric + "+/=:%&\"\\<>'-_.~!@#$^*(){}[]|;,? ";

    public static string Draw(string alphabet, int length) => RandomNumberGenerator.GetString(alphabet, length);
}
