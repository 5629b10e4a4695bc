using System.Buffers.Binary;
using System.Buffers.Text;
using ControlPlane.Grains;

namespace ControlPlane.Silo.Storage;

/// <summary>Which list a cursor belongs to; one of another list is refused.</summary>
internal enum PagedList : byte
{
    Usage = 1,
    Verifications = 2,
    Transitions = 3,
    Audit = 4,
    Decisions = 5,
    NoTrades = 6,
    Trades = 7,
    Orders = 8,
    KillDrills = 20,
    Alerts = 21,
}

/// <summary>The position after a row of a list that is ordered by (<see cref="Time"/>, <see cref="Row"/>), newest first.
/// On the wire: base64url of the list, the time and the row.</summary>
internal readonly record struct PageCursor(long Time, long Row)
{
    private const int Size = 1 + sizeof(long) + sizeof(long);

    /// <summary>Before the newest row.</summary>
    public static PageCursor Newest { get; } = new(long.MaxValue, long.MaxValue);

    /// <exception cref="InvalidCursorException">The text is not a cursor of this list.</exception>
    public static PageCursor Parse(PagedList list, string? text)
    {
        if (text is null)
        {
            return Newest;
        }

        Span<byte> bytes = stackalloc byte[Size];
        if (text.Length != Base64Url.GetEncodedLength(Size)
            || !Base64Url.TryDecodeFromChars(Well(text), bytes, out var written)
            || written != Size
            || bytes[0] != (byte)list)
        {
            throw new InvalidCursorException();
        }

        return new(BinaryPrimitives.ReadInt64BigEndian(bytes[1..]), BinaryPrimitives.ReadInt64BigEndian(bytes[9..]));
    }

    public string Format(PagedList list)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bytes[0] = (byte)list;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], Time);
        BinaryPrimitives.WriteInt64BigEndian(bytes[9..], Row);
        return Base64Url.EncodeToString(bytes);
    }

    // The decoder throws, rather than answering false, for characters outside its alphabet.
    private static ReadOnlySpan<char> Well(string text) => Base64Url.IsValid(text) ? text : throw new InvalidCursorException();
}
