namespace ControlPlane.Api.Cluster;

/// <summary>The last thing that everybody must see: a write that this node answered, another decision of the gate, a change that watchers were told.
/// What was read before it is shown to nobody after it.</summary>
internal sealed class ReadHorizon
{
    private long _at;

    /// <summary>Grows with each.</summary>
    public long At => Volatile.Read(ref _at);

    /// <summary>To be called once the change can be read, and before anybody can know of it.</summary>
    public void Move() => Interlocked.Increment(ref _at);
}
