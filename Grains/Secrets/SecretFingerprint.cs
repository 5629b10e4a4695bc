using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ControlPlane.Grains.Secrets;

/// <summary>A keyed hash over named secrets, to notice a change and to compare hosts. Never shown, logged or stored.</summary>
public static class SecretFingerprint
{
    /// <summary>Bytes of a key; make one with a cryptographic random generator and keep it in memory alone.</summary>
    public const int KeyLength = 32;

    /// <summary>HMAC-SHA256 over the pairs, ordered by name, each part with its length in front. An absent value differs from every present one.</summary>
    /// <exception cref="ArgumentException">The key is shorter than <see cref="KeyLength"/>, or a name comes twice.</exception>
    public static byte[] Compute(ReadOnlySpan<byte> key, IEnumerable<KeyValuePair<string, Secret?>> secrets)
    {
        if (key.Length < KeyLength)
            throw new ArgumentException($"The key must have at least {KeyLength} bytes.", nameof(key));
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        string? previous = null;
        foreach (var (name, secret) in secrets.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (string.Equals(previous, name, StringComparison.Ordinal))
                throw new ArgumentException("A name comes twice.", nameof(secrets));
            previous = name;
            Append(hash, name);
            Append(hash, secret?.Reveal());
        }
        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, string? text)
    {
        var bytes = text is null ? [] : Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, text is null ? -1 : bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
        CryptographicOperations.ZeroMemory(bytes);
    }
}
