using System.Buffers;
using ControlPlane.Api.Http;

namespace ControlPlane.Api.Usage;

/// <summary>A whole body in a rented buffer.</summary>
internal sealed class PooledBody : IDisposable
{
    private byte[] _buffer;
    private int _length;

    private PooledBody(int capacity) => _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, _length);

    /// <exception cref="BadHttpRequestException">The body is larger than <paramref name="max"/>.</exception>
    public static async Task<PooledBody> ReadAsync(HttpRequest request, int max, CancellationToken cancellationToken)
    {
        var body = new PooledBody((int)Math.Clamp(request.ContentLength ?? 16 * 1024, 1024, max));
        try
        {
            await using var bounded = new BoundedBody(request.Body, max);
            int count;
            while ((count = await bounded.ReadAsync(body.Free(), cancellationToken)) > 0) body._length += count;
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        var buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
    }

    private Memory<byte> Free()
    {
        if (_length == _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            Bytes.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        return _buffer.AsMemory(_length);
    }
}
