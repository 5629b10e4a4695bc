using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Kills;

namespace ControlPlane.Silo.Storage.Kills;

/// <summary>One of the spool's two slots: mark (8 bytes), number (8), length (4), SHA-256 of number, length and text (32), the text as JSON.</summary>
/// <param name="mark">Names the form.</param>
/// <param name="size">Bytes that a slot takes in the file.</param>
internal sealed class KillSpoolSlot(byte[] mark, int size)
{
    public const int HeadSize = 8 + 8 + 4 + 32;

    /// <summary>The form that is written.</summary>
    public static KillSpoolSlot Current { get; } = new("CPKILLS2"u8.ToArray(), 512 * 1024);

    /// <summary>The form from before kills were kept until their release.</summary>
    public static KillSpoolSlot First { get; } = new("CPKILLS1"u8.ToArray(), 64 * 1024);

    public int Size { get; } = size;

    /// <summary>A slot with as many kills as have room, the first first: the system's, which stands for all.</summary>
    public byte[] Write(long number, IReadOnlyList<SpooledKill> kills)
    {
        var text = Fit(kills);
        var slot = new byte[HeadSize + text.Length];
        mark.CopyTo(slot, 0);
        BinaryPrimitives.WriteInt64BigEndian(slot.AsSpan(8), number);
        BinaryPrimitives.WriteInt32BigEndian(slot.AsSpan(16), text.Length);
        text.CopyTo(slot, HeadSize);
        Digest(slot, text.Length).CopyTo(slot, 20);
        return slot;
    }

    /// <summary>What a slot holds; null when it was never written.</summary>
    /// <exception cref="KillSpoolUnreadableException">It holds something else than was written.</exception>
    public (long Number, SpooledKill[] Kills)? Read(ReadOnlySpan<byte> slot)
    {
        if (!slot.ContainsAnyExcept((byte)0)) return null;
        var length = BinaryPrimitives.ReadInt32BigEndian(slot[16..]);
        if (!slot[..8].SequenceEqual(mark) || length < 0 || length > Size - HeadSize || !slot.Slice(20, 32).SequenceEqual(Digest(slot, length)))
        {
            throw new KillSpoolUnreadableException("A slot of the kill spool holds something else than was written.");
        }

        var rows = JsonSerializer.Deserialize<Row[]>(slot.Slice(HeadSize, length)) ?? [];
        return (BinaryPrimitives.ReadInt64BigEndian(slot[8..]), [.. rows.Select(row => row.ToKill())]);
    }

    private byte[] Fit(IReadOnlyList<SpooledKill> kills)
    {
        for (var count = kills.Count; ; count = count * 3 / 4)
        {
            var text = JsonSerializer.SerializeToUtf8Bytes(kills.Take(count).Select(Row.Of));
            if (text.Length <= Size - HeadSize) return text;
        }
    }

    private static byte[] Digest(ReadOnlySpan<byte> slot, int length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(slot.Slice(8, 12));
        hash.AppendData(slot.Slice(HeadSize, length));
        return hash.GetHashAndReset();
    }

    /// <summary>A kill as the file holds it: names and ids, no credential of its caller.</summary>
    private sealed record Row(Guid Id, string? BotId, string Reason, RowCaller By, DateTimeOffset AskedAt, string? CancelOpenOrders = null, bool Taken = false, bool? Canceled = null)
    {
        public static Row Of(SpooledKill kill)
        {
            var order = kill.Order;
            return new(order.Id, order.BotId, order.Reason, new(order.By.Name, order.By.Role, order.By.TraceId), order.AskedAt, order.CancelOpenOrders, kill.Taken, kill.Canceled);
        }

        public SpooledKill ToKill() =>
            new(new KillOrder(Id, BotId, Reason, new Caller(By.Name, By.Role, By.TraceId), AskedAt) { CancelOpenOrders = CancelOpenOrders }, Taken)
            {
                // A kill that was taken before this was kept had its orders taken back then, or told that they were not.
                Canceled = Canceled ?? Taken,
            };
    }

    private sealed record RowCaller(string Name, string Role, string TraceId);
}
