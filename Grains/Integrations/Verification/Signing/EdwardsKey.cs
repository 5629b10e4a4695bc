using System.Security.Cryptography;
using NSec.Cryptography;

namespace ControlPlane.Grains.Integrations.Verification.Signing;

/// <summary>Ed25519 keys in the forms that providers hand out: PKCS8 in PEM, and base64 of the seed or of seed and public key.</summary>
internal static class EdwardsKey
{
    private const int SeedLength = 32;

    /// <summary>A PKCS8 Ed25519 key up to its seed (RFC 8410).</summary>
    private static readonly byte[] s_pkcs8Prefix = Convert.FromHexString("302e020100300506032b657004220420");

    /// <summary>The seed; null when the text is no such key.</summary>
    public static byte[]? Seed(string secret)
    {
        if (Signatures.IsPem(secret))
            return OfPem(Signatures.Pem(secret));
        var bytes = new byte[secret.Length];
        if (!Convert.TryFromBase64String(secret.Trim(), bytes, out var length) || length is not (SeedLength or 2 * SeedLength))
            return null;

        // A public half that does not belong to the seed means that this is another kind of secret.
        return length == SeedLength || PublicKey(bytes[..SeedLength]).AsSpan().SequenceEqual(bytes.AsSpan(SeedLength, SeedLength)) ? bytes[..SeedLength] : null;
    }

    public static byte[] Sign(byte[] seed, ReadOnlySpan<byte> message)
    {
        using var key = Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey);
        return SignatureAlgorithm.Ed25519.Sign(key, message);
    }

    public static byte[] PublicKey(byte[] seed)
    {
        using var key = Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey);
        return key.PublicKey.Export(KeyBlobFormat.RawPublicKey);
    }

    private static byte[]? OfPem(string pem)
    {
        if (!PemEncoding.TryFind(pem, out var fields))
            return null;
        var der = new byte[fields.DecodedDataLength];
        if (!Convert.TryFromBase64Chars(pem.AsSpan()[fields.Base64Data], der, out var length))
            return null;
        return length == s_pkcs8Prefix.Length + SeedLength && der.AsSpan().StartsWith(s_pkcs8Prefix) ? der[s_pkcs8Prefix.Length..length] : null;
    }
}
