using ControlPlane.Grains.Integrations.Verification.Requests;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Math;

namespace ControlPlane.Grains.Integrations.Verification.Signing;

/// <summary>Hyperliquid: the address of a private key, which is all that the exchange knows of it. The key signs nothing and is not sent.</summary>
internal sealed class HyperliquidAddress : IDerivedValues
{
    private const int KeyLength = 32;
    private const int AddressLength = 20;

    public string Kind => "hyperliquid";

    public IReadOnlyDictionary<string, string> Derive(VerifyTarget target, TemplateValues values)
    {
        var variable = target.Access.Requires[0];
        return new Dictionary<string, string> { ["address"] = Of(values.Find(variable) ?? "", variable) };
    }

    /// <summary>Keccak-256 of the uncompressed public key on secp256k1, its last 20 bytes, in lower-case hex.</summary>
    internal static string Of(string privateKey, string? variable)
    {
        var curve = CustomNamedCurves.GetByName("secp256k1");
        var number = new BigInteger(1, Bytes(privateKey.Trim(), variable));
        if (number.SignValue == 0 || number.CompareTo(curve.N) >= 0)
            throw VerifyFaultException.Malformed(variable);

        var point = curve.G.Multiply(number).Normalize().GetEncoded(compressed: false);
        var digest = new KeccakDigest(256);
        digest.BlockUpdate(point, 1, point.Length - 1);
        var hash = new byte[digest.GetDigestSize()];
        digest.DoFinal(hash, 0);
        return "0x" + Convert.ToHexStringLower(hash.AsSpan(hash.Length - AddressLength));
    }

    private static byte[] Bytes(string privateKey, string? variable)
    {
        var hex = privateKey.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? privateKey[2..] : privateKey;
        return hex.Length == 2 * KeyLength && hex.All(char.IsAsciiHexDigit) ? Convert.FromHexString(hex) : throw VerifyFaultException.Malformed(variable);
    }
}
