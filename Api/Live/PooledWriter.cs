using System.Buffers;
using System.Buffers.Text;

namespace ControlPlane.Api.Live;

/// <summary>A buffer that grows and gives its memory back: a connection at rest holds none.</summary>
internal sealed class PooledWriter : IBufferWriter<byte>, IDisposable
{
    private const int FirstSize = 4096;
    private byte[] _buffer = [];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, Length);

    public void Clear() => Length = 0;

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(Math.Max(sizeHint, 1));
        return _buffer.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Grow(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(Length));
        Length += bytes.Length;
    }

    public void Write(long number)
    {
        const int Digits = 20;
        Grow(Digits);
        Utf8Formatter.TryFormat(number, _buffer.AsSpan(Length), out var written);
        Length += written;
    }

    public void Dispose()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        Length = 0;
    }

    private void Grow(int more)
    {
        if (_buffer.Length - Length >= more) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(FirstSize, _buffer.Length * 2), Length + more));
        _buffer.AsSpan(0, Length).CopyTo(larger);
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
