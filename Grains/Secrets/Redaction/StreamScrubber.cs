using System.Buffers;
using System.Text;

namespace ControlPlane.Grains.Secrets.Redaction;

/// <summary>Removes registered values from a stream of bytes, whatever its encoding. Each byte is taken as a character. Values are known in this form
/// for ASCII, UTF-8 and (without the zeros) UTF-16. What may be the beginning of a value waits for the next piece.
/// Not for more than one thread at a time.</summary>
/// <param name="plainOnly">For bytes that are no text: escapes are not looked for.</param>
internal sealed class StreamScrubber(SecretRegistry registry, bool plainOnly = false) : IDisposable
{
    /// <summary>Bytes that wait at most; a text that never ends being a possible secret goes on from there.</summary>
    private const int MostHeld = 64 * 1024;

    private byte[] _held = [];
    private int _heldLength;

    /// <summary>Eight bullets, in UTF-8.</summary>
    public static ReadOnlySpan<byte> Bullets => "••••••••"u8;

    /// <summary>True when something was removed.</summary>
    public bool Found { get; private set; }

    /// <summary>Takes a piece and writes what may go.</summary>
    /// <param name="last">Nothing comes any more: nothing waits.</param>
    public void Push(ReadOnlySpan<byte> piece, bool last, IBufferWriter<byte> output)
    {
        if (piece.IsEmpty && !last) return;
        if (_heldLength == 0)
        {
            Evaluate(piece, last, output);
            return;
        }

        var length = _heldLength + piece.Length;
        var joined = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            _held.AsSpan(0, _heldLength).CopyTo(joined);
            piece.CopyTo(joined.AsSpan(_heldLength));
            Evaluate(joined.AsSpan(0, length), last, output);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(joined, clearArray: true);
        }
    }

    public void Dispose()
    {
        CryptographicZero();
        _heldLength = 0;
    }

    private void Evaluate(ReadOnlySpan<byte> bytes, bool last, IBufferWriter<byte> output)
    {
        if (bytes.IsEmpty) return;
        var folded = ArrayPool<char>.Shared.Rent(bytes.Length);
        var marks = ArrayPool<bool>.Shared.Rent(bytes.Length);
        try
        {
            var text = folded.AsSpan(0, bytes.Length);
            var marked = marks.AsSpan(0, bytes.Length);
            Fold(bytes, text);
            marked.Clear();
            var found = plainOnly ? registry.Index.Mark(text, [], marked) : ExactValues.Mark(text, registry.Index, marked);
            var end = last ? bytes.Length : plainOnly ? bytes.Length - registry.Beginnings.Held(text) : HeldEnd.Of(text, registry.Beginnings);

            // A value that is known already is not cut in two.
            while (end > 0 && end < bytes.Length && marked[end] && marked[end - 1]) end--;
            if (bytes.Length - end > MostHeld) end = bytes.Length;
            Write(bytes[..end], found ? marked[..end] : [], output);
            Hold(bytes[end..]);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(folded, clearArray: true);
            ArrayPool<bool>.Shared.Return(marks);
        }
    }

    private void Write(ReadOnlySpan<byte> bytes, ReadOnlySpan<bool> marks, IBufferWriter<byte> output)
    {
        while (!marks.IsEmpty)
        {
            var clean = marks.IndexOf(true);
            if (clean < 0) break;
            Found = true;
            output.Write(bytes[..clean]);
            output.Write(Bullets);
            var run = marks[clean..].IndexOf(false);
            var next = run < 0 ? bytes.Length : clean + run;
            bytes = bytes[next..];
            marks = marks[next..];
        }

        if (!bytes.IsEmpty) output.Write(bytes);
    }

    private void Hold(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _held.Length)
        {
            CryptographicZero();
            _held = new byte[Math.Max(256, bytes.Length)];
        }

        bytes.CopyTo(_held);
        _heldLength = bytes.Length;
    }

    private void CryptographicZero() => System.Security.Cryptography.CryptographicOperations.ZeroMemory(_held);

    private static void Fold(ReadOnlySpan<byte> bytes, Span<char> text)
    {
        while (true)
        {
            if (Ascii.ToLower(bytes, text, out var done) == OperationStatus.Done) return;
            text[done] = Folding.Fold((char)bytes[done]);
            bytes = bytes[(done + 1)..];
            text = text[(done + 1)..];
        }
    }
}
