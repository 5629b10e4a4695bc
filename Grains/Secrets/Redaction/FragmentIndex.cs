using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ControlPlane.Grains.Secrets.Redaction;

/// <summary>Index of the 12-character pieces of every rendering of every secret, so that a truncated value is found too. A rendering of 8 to 11
/// characters is one piece. Holds keyed hashes only. One writer at a time; readers need no lock,
/// and may miss what is being added.</summary>
internal sealed class FragmentIndex
{
    /// <summary>Characters of a piece of a longer rendering.</summary>
    public const int Length = 12;

    private readonly ulong _key = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    // Open addressing, at most half full, 0 for a free slot. Slots go from free to taken and never back.
    private ulong[] _slots = new ulong[1024];
    private int _count;
    private int _lengths;

    // One bit for each hash of 4 characters that stand together in a rendering. Every piece has such a block that begins at a multiple of 5. So a
    // check of every fifth position finds where a piece may be.
    private const int BlockLength = 4;
    private const int BlockStep = SecretRegistry.MinLength - BlockLength + 1;
    private const int BlockBits = 20;
    private readonly ulong[] _blocks = new ulong[1 << (BlockBits - 6)];

    /// <summary>True when there is nothing to find.</summary>
    public bool IsEmpty => Volatile.Read(ref _lengths) == 0;

    /// <param name="rendering">Folded with <see cref="Folding"/>. Ignored when shorter than 8 characters.</param>
    public void Add(ReadOnlySpan<char> rendering)
    {
        if (rendering.Length < SecretRegistry.MinLength)
            return;
        var length = Math.Min(rendering.Length, Length);
        for (var i = 0; i + BlockLength <= rendering.Length; i++)
        {
            var bit = Block(rendering[i..]);
            _blocks[bit >> 6] |= 1UL << (bit & 63);
        }
        for (var i = 0; i + length <= rendering.Length; i++)
            Insert(Hash(rendering.Slice(i, length)));
        Volatile.Write(ref _lengths, _lengths | (1 << length));
    }

    /// <summary>Marks the characters of <paramref name="text"/> that belong to a secret.</summary>
    /// <param name="text">Folded.</param>
    /// <param name="origins">Where each character, and the end, stands in the text that <paramref name="marks"/> is about; empty: at the same place.</param>
    public bool Mark(ReadOnlySpan<char> text, ReadOnlySpan<int> origins, Span<bool> marks)
    {
        var slots = Volatile.Read(ref _slots);
        var lengths = (uint)Volatile.Read(ref _lengths);
        var found = false;
        for (var at = 0; at + BlockLength <= text.Length; at += BlockStep)
        {
            var bit = Block(text[at..]);
            if ((_blocks[bit >> 6] & (1UL << (bit & 63))) != 0)
                found |= MarkAround(text, at, slots, lengths, origins, marks);
        }
        return found;
    }

    /// <summary>Marks the pieces that hold the block at <paramref name="at"/>.</summary>
    private bool MarkAround(ReadOnlySpan<char> text, int at, ulong[] slots, uint lengths, ReadOnlySpan<int> origins, Span<bool> marks)
    {
        var found = false;
        for (; lengths != 0; lengths &= lengths - 1)
        {
            var length = BitOperations.TrailingZeroCount(lengths);
            for (var i = Math.Max(0, at + BlockLength - length); i <= at && i + length <= text.Length; i++)
            {
                if (!Contains(slots, Hash(text.Slice(i, length))))
                    continue;
                found = true;
                var start = origins.IsEmpty ? i : origins[i];
                var end = origins.IsEmpty ? i + length : origins[i + length];
                marks[start..end].Fill(true);
            }
        }
        return found;
    }

    private void Insert(ulong hash)
    {
        if (Contains(_slots, hash))
            return;
        if ((_count + 1) * 2 > _slots.Length)
        {
            var larger = new ulong[_slots.Length * 2];
            foreach (var held in _slots)
            {
                if (held != 0)
                    Place(larger, held);
            }
            Volatile.Write(ref _slots, larger);
        }
        Place(_slots, hash);
        _count++;
    }

    private static void Place(ulong[] slots, ulong hash)
    {
        var mask = slots.Length - 1;
        var at = (int)hash & mask;
        while (slots[at] != 0)
            at = (at + 1) & mask;
        Volatile.Write(ref slots[at], hash);
    }

    private static bool Contains(ulong[] slots, ulong hash)
    {
        var mask = slots.Length - 1;
        for (var at = (int)hash & mask; slots[at] != 0; at = (at + 1) & mask)
        {
            if (slots[at] == hash)
                return true;
        }
        return false;
    }

    /// <summary>Three overlapping words of four characters cover 8 to 12 of them.</summary>
    private ulong Hash(ReadOnlySpan<char> piece)
    {
        var hash = Mix(_key ^ (ulong)piece.Length ^ Word(piece));
        hash = Mix(hash ^ Word(piece[4..]));
        hash = Mix(hash ^ Word(piece[^4..]));
        return hash == 0 ? 1 : hash;
    }

    private int Block(ReadOnlySpan<char> piece) => (int)(Mix(_key ^ Word(piece)) >> (64 - BlockBits));

    private static ulong Word(ReadOnlySpan<char> piece) => MemoryMarshal.Read<ulong>(MemoryMarshal.AsBytes(piece));

    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 33)) * 0xff51afd7ed558ccdUL;
        x = (x ^ (x >> 33)) * 0xc4ceb9fe1a85ec53UL;
        return x ^ (x >> 33);
    }
}
