namespace ControlPlane.Api.Http;

/// <summary>A request body that ends in 413 once more than its bound was read, for bodies without a length.</summary>
internal sealed class BoundedBody(Stream body, long bound) : ReadOnlyStream
{
    private long _read;

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await body.ReadAsync(buffer, cancellationToken);
        _read += count;
        return _read <= bound ? count : throw new BadHttpRequestException("Request body too large.", StatusCodes.Status413PayloadTooLarge);
    }
}
