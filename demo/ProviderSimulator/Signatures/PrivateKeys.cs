using System.Security.Cryptography;
using NSec.Cryptography;

namespace ControlPlane.ProviderSimulator.Signatures;

/// <summary>Reads the private keys users register, in the forms the providers hand out.</summary>
internal static class PrivateKeys
{
    private const int SeedLength = 32;

    /// <summary>A PKCS8 Ed25519 key up to its seed (RFC 8410).</summary>
    private static readonly byte[] Ed25519Prefix = Convert.FromHexString("302e020100300506032b657004220420");

    public static bool IsPem(string secret) => secret.Contains("-----BEGIN ", StringComparison.Ordinal);

    /// <summary>The seed of a PKCS8 PEM, or of base64 of the seed or of seed and public key; null when it is no such key.</summary>
    public static byte[]? Ed25519Seed(string secret)
    {
        if (IsPem(secret))
        {
            var pem = Lines(secret);
            if (!PemEncoding.TryFind(pem, out var fields))
                return null;
            var der = Convert.FromBase64String(pem[fields.Base64Data]);
            return der.Length == Ed25519Prefix.Length + SeedLength && der.AsSpan().StartsWith(Ed25519Prefix) ? der[Ed25519Prefix.Length..] : null;
        }

        var bytes = new byte[secret.Length];
        return Convert.TryFromBase64String(secret, bytes, out var length) && length is SeedLength or 2 * SeedLength ? bytes[..SeedLength] : null;
    }

    /// <summary>Whether the signature is one under the Ed25519 key of this seed.</summary>
    public static bool IsSigned(byte[] seed, byte[] message, byte[] signature)
    {
        using var key = Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey);
        return SignatureAlgorithm.Ed25519.Verify(key.PublicKey, message, signature);
    }

    public static ECDsa? EcDsa(string secret) => Import(ECDsa.Create(), secret, static (key, pem) => key.ImportFromPem(pem));

    public static RSA? Rsa(string secret) => Import(RSA.Create(), secret, static (key, pem) => key.ImportFromPem(pem));

    private static TKey? Import<TKey>(TKey key, string secret, Action<TKey, string> import)
        where TKey : AsymmetricAlgorithm
    {
        try
        {
            import(key, Lines(secret));
            return key;
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            key.Dispose();
            return null;
        }
    }

    /// <summary>Environment files often hold a PEM on one line, with the two characters <c>\n</c> for each break.</summary>
    private static string Lines(string secret) => secret.Replace("\\n", "\n", StringComparison.Ordinal);
}
