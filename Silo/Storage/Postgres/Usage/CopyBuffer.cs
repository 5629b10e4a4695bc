using System.Buffers.Binary;
using System.Text;

namespace ControlPlane.Silo.Storage.Postgres.Usage;

/// <summary>Rows in the binary form of COPY. Kept and filled again, so that a steady load allocates nothing.</summary>
internal sealed class CopyBuffer
{
    // 2000-01-01, where PostgreSQL counts instants and days from, seen from 1970.
    private const long EpochMicroseconds = 946_684_800L * UnixMicroseconds.PerSecond;
    private const int EpochDays = 10_957;
    private const int Null = -1;

    // The signature, no flags, no extension.
    private static ReadOnlySpan<byte> Signature =>
        [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', (byte)'\n', 0xFF, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private byte[] _bytes = new byte[64 * 1024];
    private int _length;

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    public void Begin()
    {
        Signature.CopyTo(_bytes);
        _length = Signature.Length;
    }

    public void End() => Int16(-1);

    public void Row(short columns) => Int16(columns);

    public void Write(Guid value)
    {
        Int32(16);
        value.TryWriteBytes(Room(16), bigEndian: true, out _);
        _length += 16;
    }

    public void Write(bool value)
    {
        Int32(1);
        Room(1)[0] = value ? (byte)1 : (byte)0;
        _length++;
    }

    public void Write(short value)
    {
        Int32(sizeof(short));
        Int16(value);
    }

    public void Write(int? value)
    {
        if (value is not { } number)
        {
            Int32(Null);
            return;
        }

        Int32(sizeof(int));
        Int32(number);
    }

    public void Write(long? value)
    {
        if (value is { } number) Write(number);
        else Int32(Null);
    }

    public void Write(long value)
    {
        Int32(sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(Room(sizeof(long)), value);
        _length += sizeof(long);
    }

    /// <param name="microseconds">Since 1970.</param>
    public void WriteInstant(long microseconds) => Write(microseconds - EpochMicroseconds);

    /// <param name="day">Since 1970.</param>
    public void WriteDay(long day) => Write((int?)(day - EpochDays));

    /// <summary>What PostgreSQL can't keep in a text, the character 0 and halves of surrogate pairs, becomes U+FFFD.</summary>
    public static string Storable(string value)
    {
        if (value.Contains('\0', StringComparison.Ordinal)) value = value.Replace('\0', '\uFFFD');
        return value.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(value)) : value;
    }

    /// <inheritdoc cref="Storable"/>
    public void Write(string? value)
    {
        if (value is null)
        {
            Int32(Null);
            return;
        }

        if (value.Contains('\0', StringComparison.Ordinal)) value = value.Replace('\0', '\uFFFD');
        var room = Room(sizeof(int) + Encoding.UTF8.GetMaxByteCount(value.Length));
        var count = Encoding.UTF8.GetBytes(value, room[sizeof(int)..]);
        BinaryPrimitives.WriteInt32BigEndian(room, count);
        _length += sizeof(int) + count;
    }

    private void Int16(short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(Room(sizeof(short)), value);
        _length += sizeof(short);
    }

    private void Int32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(Room(sizeof(int)), value);
        _length += sizeof(int);
    }

    private Span<byte> Room(int size)
    {
        if (_bytes.Length - _length < size) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + size));
        return _bytes.AsSpan(_length);
    }
}
