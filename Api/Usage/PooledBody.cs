using System.Buffers;
using ControlPlane.Api.Http;

namespace ControlPlane.Api.Usage;

/// <summary>A whole body in a rented buffer, which grows with what was read.</summary>
internal sealed class PooledBody : IDisposable
{
    private const int FirstBytes = 16 * 1024;

    private readonly BodyRoom _room;
    private byte[] _buffer;
    private int _length;

    private PooledBody(BodyRoom room, byte[] buffer) => (_room, _buffer) = (room, buffer);

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, _length);

    /// <summary>The body, or null when there is no room for it.</summary>
    /// <exception cref="BadHttpRequestException">The body is larger than <paramref name="max"/>, or did not come in time.</exception>
    public static async Task<PooledBody?> ReadAsync(HttpRequest request, int max, BodyRoom room, BodyDeadline deadline)
    {
        var first = (int)Math.Clamp(request.ContentLength ?? FirstBytes, 1024, FirstBytes);
        if (!room.TryTake(first)) return null;
        var body = new PooledBody(room, ArrayPool<byte>.Shared.Rent(first));
        try
        {
            await using var bounded = new BoundedBody(request.Body, max);
            while (body.TryGrow())
            {
                var count = await deadline.Within(bounded.ReadAsync(body._buffer.AsMemory(body._length), deadline.Token));
                if (count == 0) return body;
                body._length += count;
            }

            body.Dispose();
            return null;
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

    /// <summary>Sees to it that there is room to read on. False when the budget has none.</summary>
    private bool TryGrow()
    {
        if (_length < _buffer.Length) return true;
        if (!_room.TryTake(_buffer.Length)) return false;
        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        Bytes.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
        return true;
    }
}
