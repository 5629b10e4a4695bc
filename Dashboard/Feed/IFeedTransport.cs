using ControlPlane.Contracts;

namespace ControlPlane.Dashboard.Feed;

/// <summary>Opens connections to the live feed.</summary>
public interface IFeedTransport
{
    /// <exception cref="FeedUnreachableException">There is no connection.</exception>
    Task<IFeedConnection> OpenAsync(IFeedReceiver receiver, CancellationToken cancellationToken);
}

/// <summary>One connection to the live feed.</summary>
public interface IFeedConnection : IAsyncDisposable
{
    /// <summary>Completes when the connection is lost.</summary>
    Task Lost { get; }

    /// <summary>Everything as it stands; a new stream begins.</summary>
    /// <exception cref="FeedUnreachableException">The connection was lost meanwhile, or the answer was refused.</exception>
    Task<HubSnapshot> SubscribeAsync(CancellationToken cancellationToken);
}

/// <summary>The live feed can't be reached.</summary>
public sealed class FeedUnreachableException : Exception
{
    public FeedUnreachableException()
    {
    }

    public FeedUnreachableException(string message)
        : base(message)
    {
    }

    public FeedUnreachableException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
