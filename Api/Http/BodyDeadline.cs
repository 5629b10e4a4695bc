namespace ControlPlane.Api.Http;

/// <summary>How long a body may take to come. A caller that trickles holds a connection, but no room for long.</summary>
internal sealed class BodyDeadline : IDisposable
{
    /// <summary>From the first look at a body to its end.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _source;

    private BodyDeadline(TimeProvider time) => _source = new(Length, time);

    public CancellationToken Token => _source.Token;

    public static BodyDeadline Start(TimeProvider time) => new(time);

    /// <summary>What was read, or 408 when the time is over.</summary>
    /// <exception cref="BadHttpRequestException">The time is over.</exception>
    public async ValueTask<T> Within<T>(ValueTask<T> read)
    {
        try
        {
            return await read;
        }
        catch (OperationCanceledException e) when (_source.IsCancellationRequested)
        {
            throw new BadHttpRequestException("The body came too slowly.", StatusCodes.Status408RequestTimeout, e);
        }
    }

    public void Dispose() => _source.Dispose();
}
