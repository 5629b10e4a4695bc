using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Kills;

namespace ControlPlane.Silo.Storage.Kills;

/// <summary>Pending kills in a file of fixed size. It is written once in full at the first use, so that a disk that is full later still takes a
/// kill in place. Two slots take turns: a write that is cut off leaves the one before.</summary>
/// <remarks>A slot: mark (8 bytes), number (8), length (4), SHA-256 of number, length and text (32), the text as JSON.</remarks>
internal sealed class KillSpoolFile(string path) : IKillSpoolFile, IDisposable
{
    public const string Name = "kills.spool";
    private const int SlotSize = 64 * 1024;
    private const int HeadSize = 8 + 8 + 4 + 32;
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly byte[] s_mark = "CPKILLS1"u8.ToArray();
    private readonly Lock _gate = new();
    private FileStream? _file;

    public string? Location => path;

    private long _number;

    public ImmutableArray<KillOrder> Read()
    {
        lock (_gate)
        {
            var slots = new[] { ReadSlot(0), ReadSlot(1) }.OfType<(long Number, KillOrder[] Kills)>().OrderBy(s => s.Number).ToArray();
            if (slots.Length == 0) return [];
            _number = slots[^1].Number;
            return [.. slots[^1].Kills];
        }
    }

    public void Write(IReadOnlyList<KillOrder> kills)
    {
        lock (_gate)
        {
            var file = Open();
            var slot = new byte[SlotSize];
            var length = Fit(kills, slot);
            Seal(slot, _number + 1, length);
            RandomAccess.Write(file.SafeFileHandle, slot, ((_number + 1) % 2) * SlotSize);
            file.Flush(flushToDisk: true);
            _number++;
        }
    }

    public void Dispose() => _file?.Dispose();

    /// <summary>As many as have room, the first first. The system's kill comes first and stands for all.</summary>
    private static int Fit(IReadOnlyList<KillOrder> kills, byte[] slot)
    {
        for (var count = kills.Count; ; count = count * 3 / 4)
        {
            var text = JsonSerializer.SerializeToUtf8Bytes(kills.Take(count));
            if (text.Length > SlotSize - HeadSize) continue;
            text.CopyTo(slot, HeadSize);
            return text.Length;
        }
    }

    private static void Seal(byte[] slot, long number, int length)
    {
        s_mark.CopyTo(slot, 0);
        BinaryPrimitives.WriteInt64BigEndian(slot.AsSpan(8), number);
        BinaryPrimitives.WriteInt32BigEndian(slot.AsSpan(16), length);
        Digest(slot, length).CopyTo(slot, 20);
    }

    private static byte[] Digest(byte[] slot, int length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(slot, 8, 12);
        hash.AppendData(slot, HeadSize, length);
        return hash.GetHashAndReset();
    }

    private (long Number, KillOrder[] Kills)? ReadSlot(int index)
    {
        var slot = new byte[SlotSize];
        if (RandomAccess.Read(Open().SafeFileHandle, slot, (long)index * SlotSize) != SlotSize || !slot.AsSpan(0, 8).SequenceEqual(s_mark)) return null;
        var length = BinaryPrimitives.ReadInt32BigEndian(slot.AsSpan(16));
        if (length is < 0 or > SlotSize - HeadSize || !slot.AsSpan(20, 32).SequenceEqual(Digest(slot, length))) return null;
        return (BinaryPrimitives.ReadInt64BigEndian(slot.AsSpan(8)), JsonSerializer.Deserialize<KillOrder[]>(slot.AsSpan(HeadSize, length)) ?? []);
    }

    /// <summary>Held for this process alone, like the data directory.</summary>
    private FileStream Open()
    {
        if (_file is not null) return _file;
        OwnerFolder.Create(Path.GetDirectoryName(path)!);
        var how = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) how.UnixCreateMode = OwnerFile;
        var file = new FileStream(path, how);
        try
        {
            if (file.Length < 2 * SlotSize)
            {
                RandomAccess.Write(file.SafeFileHandle, new byte[2 * SlotSize], 0);
                file.Flush(flushToDisk: true);
            }

            return _file = file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
