using System.Security.Cryptography;
using System.Text;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Integrations.Verification.Signing;

/// <summary>The few primitives that all schemes are made of.</summary>
internal static class Signatures
{
    public static byte[] Hmac(string secret, string text) => HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text));

    public static string HmacHex(string secret, string text) => Convert.ToHexStringLower(Hmac(secret, text));

    public static string HmacBase64(string secret, string text) => Convert.ToBase64String(Hmac(secret, text));

    public static string Sha256Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>A secret that is handed out in base64.</summary>
    /// <exception cref="VerifyFaultException">It is no base64.</exception>
    public static byte[] Decoded(SigningCredentials credentials)
    {
        var bytes = new byte[credentials.Secret.Length];
        return Convert.TryFromBase64String(credentials.Secret.Trim(), bytes, out var length) && length > 0
            ? bytes[..length]
            : throw VerifyFaultException.Malformed(credentials.SecretVariable);
    }

    /// <summary>A PEM from a variable: the two characters <c>\n</c> of <c>.env</c> files become line breaks.</summary>
    public static string Pem(string secret) => secret.Replace("\\n", "\n", StringComparison.Ordinal);

    public static bool IsPem(string secret) => secret.TrimStart().StartsWith("-----BEGIN ", StringComparison.Ordinal);

    /// <summary>RSA-SHA256 (PKCS #1) in base64.</summary>
    /// <exception cref="VerifyFaultException">The PEM holds no RSA key.</exception>
    public static string RsaBase64(SigningCredentials credentials, string text)
    {
        using var rsa = RSA.Create();
        Import(rsa, credentials);
        return Convert.ToBase64String(rsa.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    /// <exception cref="VerifyFaultException">The PEM holds no key of this algorithm.</exception>
    public static void Import(AsymmetricAlgorithm algorithm, SigningCredentials credentials)
    {
        try
        {
            algorithm.ImportFromPem(Pem(credentials.Secret));
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or ArgumentException)
        {
            throw Unsupported(credentials);
        }
    }

    public static VerifyFaultException Unsupported(SigningCredentials credentials) =>
        new(VerifyStatus.Invalid, VerifyCodes.UnsupportedKey, credentials.SecretVariable);
}
