namespace ControlPlane.Api.Cluster;

/// <summary>Version of the newest visible change: a write that this node answered, a decision of the gate, or a change that was published. Cached
/// reads from an older version are discarded.</summary>
internal sealed class ReadYourWritesVersion
{
    private long _at;

    /// <summary>Grows with each change.</summary>
    public long At => Volatile.Read(ref _at);

    /// <summary>Call it when the change can be read, and before the change is answered or published.</summary>
    public void Move() => Interlocked.Increment(ref _at);
}
