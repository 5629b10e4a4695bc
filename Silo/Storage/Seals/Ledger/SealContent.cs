using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Seals.Ledger;

/// <summary>A row's values as bytes, the same before it is written and after it was read, on both databases. Each value says what it is and how long, so that
/// no two rows have the same bytes.</summary>
internal sealed class SealContent
{
    // Divided by it, a decimal loses the zeros at its end: a database may keep them or not.
    private const decimal One = 1.0000000000000000000000000000m;

    private readonly ArrayBufferWriter<byte> _bytes = new(512);

    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    public static SealContent Of(SealedRow row, long version)
    {
        var content = new SealContent();
        content.Add(row.Table).Add(row.BotId).Add(row.RowKey).Add(version);
        row.Write(content);
        return content;
    }

    public SealContent Add(string? text)
    {
        if (text is null) return Null();
        Tag((byte)'t');
        var length = Encoding.UTF8.GetByteCount(text);
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.GetSpan(sizeof(int)), length);
        _bytes.Advance(sizeof(int));
        Encoding.UTF8.GetBytes(text, _bytes);
        return this;
    }

    public SealContent Add(long number)
    {
        Tag((byte)'n');
        return Raw(number);
    }

    public SealContent Add(bool flag)
    {
        Tag(flag ? (byte)'y' : (byte)'f');
        return this;
    }

    public SealContent Add(Instant? instant)
    {
        if (instant is not { } at) return Null();
        Tag((byte)'i');
        return Raw(at.Microseconds);
    }

    public SealContent Add(Amount? amount)
    {
        if (amount is not { } given) return Null();
        Tag((byte)'d');
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(given.Value == 0 ? 0 : given.Value / One, parts);
        foreach (var part in parts)
        {
            BinaryPrimitives.WriteInt32LittleEndian(_bytes.GetSpan(sizeof(int)), part);
            _bytes.Advance(sizeof(int));
        }

        return this;
    }

    private SealContent Null()
    {
        Tag((byte)'0');
        return this;
    }

    private SealContent Raw(long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.GetSpan(sizeof(long)), number);
        _bytes.Advance(sizeof(long));
        return this;
    }

    private void Tag(byte tag)
    {
        _bytes.GetSpan(1)[0] = tag;
        _bytes.Advance(1);
    }
}
