using System.Numerics;
using System.Security.Cryptography;

namespace ControlPlane.ProviderSimulator.Signatures;

/// <summary>Ed25519 (RFC 8032) on big integers, because the class library has none. It takes no care of timing: the keys are made up.</summary>
internal static class Ed25519
{
    private const int Half = 32;
    private static readonly BigInteger P = BigInteger.Pow(2, 255) - 19;
    private static readonly BigInteger Order = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493");
    private static readonly BigInteger D = Mod(-121665 * Inverse(121666));
    private static readonly BigInteger SquareRootOfMinusOne = BigInteger.ModPow(2, (P - 1) / 4, P);
    private static readonly Point Base = BasePoint();

    public static byte[] PublicKey(byte[] seed)
    {
        var hash = SHA512.HashData(seed).AsSpan(0, Half);
        hash[0] &= 248;
        hash[31] &= 127;
        hash[31] |= 64;
        return Encode(Multiply(Base, Number(hash)));
    }

    public static bool Verify(byte[] publicKey, byte[] message, byte[] signature)
    {
        if (signature.Length != 2 * Half || Decode(publicKey) is not { } key || Decode(signature[..Half]) is not { } r)
            return false;
        var s = Number(signature.AsSpan(Half));
        if (s >= Order)
            return false;
        var challenge = Number(SHA512.HashData([.. signature[..Half], .. publicKey, .. message])) % Order;
        return Encode(Multiply(Base, s)).AsSpan().SequenceEqual(Encode(Add(r, Multiply(key, challenge))));
    }

    private static Point Add(Point a, Point b)
    {
        var product = Mod(D * Mod(a.X * b.X) * Mod(a.Y * b.Y));
        return new(
            Mod((a.X * b.Y + a.Y * b.X) * Inverse(1 + product)),
            Mod((a.Y * b.Y + a.X * b.X) * Inverse(1 - product)));
    }

    private static Point Multiply(Point point, BigInteger times)
    {
        var sum = new Point(BigInteger.Zero, BigInteger.One);
        for (; times > 0; times >>= 1)
        {
            if (!times.IsEven)
                sum = Add(sum, point);
            point = Add(point, point);
        }

        return sum;
    }

    private static byte[] Encode(Point point)
    {
        var bytes = new byte[Half];
        point.Y.TryWriteBytes(bytes, out _, isUnsigned: true);
        if (!point.X.IsEven)
            bytes[31] |= 0x80;
        return bytes;
    }

    private static Point? Decode(byte[] bytes)
    {
        if (bytes.Length != Half)
            return null;
        byte[] plain = [.. bytes[..31], (byte)(bytes[31] & 0x7f)];
        var y = Number(plain);
        return y < P && FindX(y, odd: (bytes[31] & 0x80) != 0) is { } x ? new Point(x, y) : null;
    }

    private static BigInteger? FindX(BigInteger y, bool odd)
    {
        var square = Mod((y * y - 1) * Inverse(D * y * y + 1));
        var x = BigInteger.ModPow(square, (P + 3) / 8, P);
        if (Mod(x * x - square) != 0)
            x = Mod(x * SquareRootOfMinusOne);
        if (Mod(x * x - square) != 0)
            return null;
        return x.IsEven == odd ? Mod(-x) : x;
    }

    private static Point BasePoint()
    {
        var y = Mod(4 * Inverse(5));
        return new(FindX(y, odd: false)!.Value, y);
    }

    private static BigInteger Number(ReadOnlySpan<byte> littleEndian) => new(littleEndian, isUnsigned: true);

    private static BigInteger Inverse(BigInteger value) => BigInteger.ModPow(Mod(value), P - 2, P);

    private static BigInteger Mod(BigInteger value) => BigInteger.Remainder(value, P) is var rest && rest.Sign < 0 ? rest + P : rest;

    private readonly record struct Point(BigInteger X, BigInteger Y);
}
