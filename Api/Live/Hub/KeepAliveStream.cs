using System.Buffers;
using ByteStream = System.IO.Stream;

namespace ControlPlane.Api.Live.Hub;

/// <summary>The transport stream below a client's WebSocket, which hides the answers to pings. It records received data and sends pings with other
/// frames. A timer and a packet per client would cost more than all messages.</summary>
internal sealed class KeepAliveStream(ByteStream inner, HubKeepAlive pulse) : ByteStream
{
    /// <summary>A frame of its own: final, a ping, empty.</summary>
    private static ReadOnlySpan<byte> Ping => [0x89, 0x00];

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
        var read = await inner.ReadAsync(buffer, cancellationToken);
        if (read > 0) pulse.Heard();
        return read;
    }

    /// <param name="buffer">A whole frame, as WebSockets write them; so a ping may stand before it.</param>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        pulse.TryAsk() ? WriteAfterPingAsync(buffer, cancellationToken) : inner.WriteAsync(buffer, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask WriteAfterPingAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        var both = ArrayPool<byte>.Shared.Rent(Ping.Length + buffer.Length);
        try
        {
            Ping.CopyTo(both);
            buffer.Span.CopyTo(both.AsSpan(Ping.Length));
            await inner.WriteAsync(both.AsMemory(0, Ping.Length + buffer.Length), cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(both);
        }
    }
}
