using System.IO.Compression;
using ControlPlane.Grains.Secrets;
using ControlPlane.Grains.Secrets.Redaction;

namespace ControlPlane.Api.Gateway;

/// <summary>What kind of body an answer has.</summary>
internal enum AnswerKind
{
    /// <summary>Pictures, sound, archives: nobody reads a key there, and it passes as it is.</summary>
    Binary,

    /// <summary>Bytes of unknown meaning: looked through for plain values.</summary>
    Bytes,

    Text,
}

/// <summary>Takes loaded secrets out of what a provider answers.</summary>
internal sealed class AnswerText(SecretRegistry registry)
{
    public static readonly string Bullets = new('\u2022', 8);

    public static AnswerKind KindOf(string? mediaType)
    {
        if (mediaType is null) return AnswerKind.Text;
        var end = mediaType.IndexOf(';', StringComparison.Ordinal);
        var type = (end < 0 ? mediaType : mediaType[..end]).Trim().ToLowerInvariant();
        if (type.EndsWith("+json", StringComparison.Ordinal) || type.EndsWith("+xml", StringComparison.Ordinal)) return AnswerKind.Text;
        if (type.StartsWith("image/", StringComparison.Ordinal) || type.StartsWith("audio/", StringComparison.Ordinal) || type.StartsWith("video/", StringComparison.Ordinal) || type.StartsWith("font/", StringComparison.Ordinal)) return AnswerKind.Binary;
        return type switch
        {
            "application/zip" or "application/gzip" or "application/x-gzip" or "application/zstd" or "application/x-bzip2" or "application/x-7z-compressed" or "application/vnd.apache.parquet" => AnswerKind.Binary,
            "application/octet-stream" or "application/pdf" or "application/x-protobuf" or "application/protobuf" or "application/grpc" => AnswerKind.Bytes,
            _ => AnswerKind.Text,
        };
    }

    /// <summary>A header's value, a trailer's, or the reason phrase.</summary>
    public string Clean(string value) => value.Length < SecretRegistry.MinLength ? value : ExactValues.Remove(value, registry.Index, HeaderBullets);

    /// <summary>Removes from what comes in pieces.</summary>
    public StreamScrubber Scrubber(AnswerKind kind) => new(registry, plainOnly: kind == AnswerKind.Bytes);

    /// <summary>The body unpacked; null when nobody here can unpack it.</summary>
    public static Stream? Unpacked(Stream body, IReadOnlyList<string> encodings)
    {
        // The last one was put on last.
        for (var i = encodings.Count - 1; i >= 0; i--)
        {
            Stream? unpacked = encodings[i].ToLowerInvariant() switch
            {
                "identity" or "" => body,
                "gzip" or "x-gzip" => new GZipStream(body, CompressionMode.Decompress),
                "br" => new BrotliStream(body, CompressionMode.Decompress),
                "deflate" => new ZLibStream(body, CompressionMode.Decompress),
                _ => null,
            };
            if (unpacked is null) return null;
            body = unpacked;
        }

        return body;
    }

    // Bullets as the bytes of UTF-8, which is how a header's bytes are written.
    private static readonly string HeaderBullets = System.Text.Encoding.Latin1.GetString(System.Text.Encoding.UTF8.GetBytes(Bullets));
}
