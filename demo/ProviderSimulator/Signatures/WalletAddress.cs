using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Math;

namespace ControlPlane.ProviderSimulator.Signatures;

/// <summary>The address of a wallet's private key: the last 20 bytes of Keccak-256 of its public key on secp256k1.</summary>
internal static class WalletAddress
{
    /// <summary>Null when the text is no private key in hex.</summary>
    public static string? Of(string privateKey)
    {
        var hex = privateKey.StartsWith("0x", StringComparison.Ordinal) ? privateKey[2..] : privateKey;
        if (hex.Length != 64 || !hex.All(char.IsAsciiHexDigit))
            return null;
        var point = SecNamedCurves.GetByName("secp256k1").G.Multiply(new BigInteger(hex, 16)).Normalize();
        byte[] key = [.. point.AffineXCoord.GetEncoded(), .. point.AffineYCoord.GetEncoded()];
        var digest = new KeccakDigest(256);
        digest.BlockUpdate(key, 0, key.Length);
        var hash = new byte[32];
        digest.DoFinal(hash, 0);
        return "0x" + Convert.ToHexStringLower(hash[12..]);
    }
}
