using System.Buffers;

namespace ControlPlane.Api.Gateway;

/// <summary>A WebSocket's bytes in both directions: what the provider sends is taken apart into frames, and text is passed on without our secrets.
/// What the bot sends passes as it is.</summary>
internal sealed class ScrubbedSocket(Stream connection, AnswerText text) : Stream
{
    private const int PieceBytes = 16 * 1024;

    private readonly ArrayBufferWriter<byte> _ready = new(PieceBytes);
    private readonly SocketFrames _frames = new(text);
    private byte[]? _piece;
    private int _given;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        while (_given == _ready.WrittenCount)
        {
            (_given, _piece) = (0, _piece ?? ArrayPool<byte>.Shared.Rent(PieceBytes));
            _ready.ResetWrittenCount();
            var count = await connection.ReadAsync(_piece, cancellationToken);
            if (count == 0) return 0;
            _frames.Take(_piece.AsSpan(0, count), _ready);
        }

        var length = Math.Min(buffer.Length, _ready.WrittenCount - _given);
        _ready.WrittenMemory.Slice(_given, length).CopyTo(buffer);
        _given += length;
        return length;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => connection.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => connection.WriteAsync(buffer, offset, count, cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => connection.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            connection.Dispose();
            _frames.Dispose();
            if (Interlocked.Exchange(ref _piece, null) is { } piece) ArrayPool<byte>.Shared.Return(piece, clearArray: true);
        }

        base.Dispose(disposing);
    }
}
