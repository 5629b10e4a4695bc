using System.Buffers;
using ControlPlane.Api.Http;
using ControlPlane.Grains.Secrets.Redaction;

namespace ControlPlane.Api.Gateway;

/// <summary>A provider's body without our secrets, as it comes: what was read is passed on but for what may be the beginning of a secret.</summary>
/// <param name="seen">Gets each piece as the provider sent it, for figures; null for nobody.</param>
internal sealed class ScrubbedStream(Stream body, StreamScrubber scrubber, Action<ReadOnlySpan<byte>>? seen) : ReadOnlyStream
{
    private const int PieceBytes = 16 * 1024;

    /// <summary>Bytes that a silent stream may keep for what comes next.</summary>
    private const int MostKept = 2 * 1024;

    private ArrayBufferWriter<byte> _ready = new();
    private int _given;
    private bool _ended;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_given == _ready.WrittenCount)
        {
            if (_ended) return 0;
            _given = 0;
            if (_ready.Capacity > MostKept) _ready = new();
            else _ready.ResetWrittenCount();

            // A stream that is silent holds no buffer: neither here, nor with a caller that reads nothing first.
            if (await body.ReadAsync(Memory<byte>.Empty, cancellationToken) != 0) throw new IOException("More was read than fits.");
            if (buffer.IsEmpty) return 0;
            await FillAsync(cancellationToken);
        }

        var length = Math.Min(buffer.Length, _ready.WrittenCount - _given);
        _ready.WrittenMemory.Slice(_given, length).CopyTo(buffer);
        _given += length;
        return length;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body.Dispose();
            scrubber.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        var count = 0;
        try
        {
            count = await body.ReadAsync(piece, cancellationToken);
            _ended = count == 0;
            seen?.Invoke(piece.AsSpan(0, count));
            scrubber.Push(piece.AsSpan(0, count), last: _ended, _ready);
        }
        finally
        {
            piece.AsSpan(0, count).Clear();
            ArrayPool<byte>.Shared.Return(piece);
        }
    }
}

/// <summary>A body that is read once, from a stream. Its length is not known.</summary>
/// <param name="source">Disposed with it: the answer that the body belongs to.</param>
internal sealed class StreamedContent(Stream body, IDisposable source) : HttpContent
{
    protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult(body);

    protected override Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) => Task.FromResult(body);

    protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) => body.CopyToAsync(stream);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body.Dispose();
            source.Dispose();
        }

        base.Dispose(disposing);
    }
}
