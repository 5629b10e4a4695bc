using System.Buffers.Binary;
using System.Text;

namespace ControlPlane.Api.Usage;

/// <summary>Interns frequent strings of usage events from their UTF-8: providers, operations, bots, users. Events with the same text share one
/// string.</summary>
/// <remarks>A table of fixed size, in which a new text replaces another one. It holds at most <see cref="Places"/> texts of <see cref="MaxBytes"/>,
/// whatever callers send. Entries are replaced as a whole, so readers need no lock.</remarks>
internal sealed class StringInterner
{
    internal const int Places = 2_048;

    /// <summary>A longer text is not interned.</summary>
    internal const int MaxBytes = 128;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly Entry?[] _entries = new Entry?[Places];

    public static StringInterner Shared { get; } = new();

    /// <summary>How many are held; for tests.</summary>
    internal int Count => _entries.Count(entry => entry is not null);

    /// <exception cref="DecoderFallbackException">The bytes are not UTF-8.</exception>
    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MaxBytes) return s_strict.GetString(utf8);
        ref var place = ref _entries[Place(utf8)];
        var known = Volatile.Read(ref place);
        if (known is not null && utf8.SequenceEqual(known.Utf8)) return known.Text;
        var entry = new Entry(utf8.ToArray(), s_strict.GetString(utf8));
        Volatile.Write(ref place, entry);
        return entry.Text;
    }

    /// <summary>A hash of length, beginning, middle and end. A collision costs time only.</summary>
    private static int Place(ReadOnlySpan<byte> utf8)
    {
        ulong mix;
        if (utf8.Length >= sizeof(ulong))
        {
            mix = BinaryPrimitives.ReadUInt64LittleEndian(utf8)
                ^ (BinaryPrimitives.ReadUInt64LittleEndian(utf8[((utf8.Length - sizeof(ulong)) / 2)..]) * 0x9E37_79B9_7F4A_7C15)
                ^ (BinaryPrimitives.ReadUInt64LittleEndian(utf8[^sizeof(ulong)..]) * 0xC2B2_AE3D_27D4_EB4F);
        }
        else
        {
            mix = 0;
            foreach (var b in utf8) mix = (mix << 8) | b;
        }

        return (int)(((mix ^ (ulong)utf8.Length) * 0x9E37_79B9_7F4A_7C15) >> (64 - 11));
    }

    private sealed record Entry(byte[] Utf8, string Text);
}
