using System.IO.Compression;

namespace ControlPlane.Testing;

/// <summary>Unpacks whatever in a run of bytes looks like gzip or zlib, and the whole as deflate and Brotli.</summary>
internal static class CompressedParts
{
    private const int MaxUnpacked = 64 * 1024 * 1024;

    public static IEnumerable<byte[]> Of(byte[] bytes)
    {
        for (var i = 0; i + 2 < bytes.Length; i++)
        {
            if (bytes[i] == 0x1F && bytes[i + 1] == 0x8B && bytes[i + 2] == 0x08 && Unpack(bytes, i, s => new GZipStream(s, CompressionMode.Decompress)) is { } gzip)
                yield return gzip;
            if (bytes[i] == 0x78 && bytes[i + 1] is 0x01 or 0x5E or 0x9C or 0xDA && Unpack(bytes, i, s => new ZLibStream(s, CompressionMode.Decompress)) is { } zlib)
                yield return zlib;
        }
        if (Unpack(bytes, 0, s => new DeflateStream(s, CompressionMode.Decompress)) is { } deflate)
            yield return deflate;
        if (Unpack(bytes, 0, s => new BrotliStream(s, CompressionMode.Decompress)) is { } brotli)
            yield return brotli;
    }

    /// <summary>What could be unpacked before the end or the first fault; null for nothing.</summary>
    private static byte[]? Unpack(byte[] bytes, int offset, Func<Stream, Stream> open)
    {
        using var unpacked = new MemoryStream();
        try
        {
            using var stream = open(new MemoryStream(bytes, offset, bytes.Length - offset));
            var buffer = new byte[8192];
            for (int read; unpacked.Length < MaxUnpacked && (read = stream.Read(buffer)) > 0;)
                unpacked.Write(buffer, 0, read);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or InvalidOperationException)
        {
        }
        return unpacked.Length > 0 ? unpacked.ToArray() : null;
    }
}
