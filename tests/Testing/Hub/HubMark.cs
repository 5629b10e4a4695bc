namespace ControlPlane.Testing.Hub;

/// <summary>A message that everybody is to hear, and when each of them did.</summary>
public sealed class HubMark(byte[] bytes, int nodes, int clients)
{
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly (int Node, long At)[] _heard = new (int, long)[clients];
    private int _next = -1;
    private int _done;

    /// <summary>Ends when everybody has heard it.</summary>
    public Task All => _all.Task;

    public int HeardBy => Volatile.Read(ref _done);

    /// <summary>Timestamps of hearing, in ascending order.</summary>
    public long[] Times => [.. _heard.Take(HeardBy).Select(heard => heard.At).Order()];

    /// <summary>For each node, the timestamp of its last client.</summary>
    public long[] LastByNode => [.. Enumerable.Range(0, nodes).Select(node => _heard.Where(heard => heard.Node == node).Max(heard => heard.At))];

    internal bool IsIn(ReadOnlySpan<byte> message) => message.IndexOf(bytes) >= 0;

    internal void Heard(int node, long at)
    {
        _heard[Interlocked.Increment(ref _next)] = (node, at);
        if (Interlocked.Increment(ref _done) == clients) _all.TrySetResult();
    }
}
