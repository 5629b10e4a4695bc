namespace ControlPlane.Grains.Storage.Trust;

/// <summary>Whether the store that is open is still the one that was opened.</summary>
internal interface IStoreIdentity
{
    /// <summary>What shows that it is not; null when nothing does. Never blocks.</summary>
    string? Evidence { get; }

    /// <summary>Goes on with the store that is in its place now. Throws when that can't be opened.</summary>
    Task AcceptAsync();
}

/// <summary>For a store behind a connection: it is known by what it holds.</summary>
internal sealed class NoStoreIdentity : IStoreIdentity
{
    public string? Evidence => null;

    public Task AcceptAsync() => Task.CompletedTask;
}

/// <summary>The store is not the one that was opened: nothing is read from it or written to it until an operator has confirmed it.</summary>
public sealed class StoreReplacedException(string message) : StoreUnavailableException(message);
