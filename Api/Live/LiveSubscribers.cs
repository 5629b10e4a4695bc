namespace ControlPlane.Api.Live;

/// <summary>All readers of this node's feed, in shards so that a crowd that comes at once does not copy one long list over and over.</summary>
internal sealed class LiveSubscribers
{
    private const int ShardCount = 16;
    private readonly Shard[] _shards = [.. Enumerable.Range(0, ShardCount).Select(_ => new Shard())];
    private TaskCompletionSource _any = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;
    private int _next;
    private volatile bool _closed;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Adds a reader, which must be removed at its end. After <see cref="EndAll"/> it is ended at once.</summary>
    public IDisposable Add(LiveSubscriber subscriber)
    {
        var shard = _shards[(uint)Interlocked.Increment(ref _next) % ShardCount];
        shard.Add(subscriber);
        if (Interlocked.Increment(ref _count) == 1) Volatile.Read(ref _any).TrySetResult();
        if (_closed) subscriber.End(mayReturn: true);
        return new Membership(this, shard, subscriber);
    }

    /// <summary>Waits until there is a reader.</summary>
    public async Task AnyAsync(CancellationToken cancellationToken)
    {
        while (Count == 0)
        {
            var any = Volatile.Read(ref _any);
            if (any.Task.IsCompleted) Interlocked.CompareExchange(ref _any, new(TaskCreationOptions.RunContinuationsAsynchronously), any);
            else await any.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Tells every reader that there is something new, on all cores, and does not wait for any.</summary>
    public void WakeAll()
    {
        foreach (var shard in _shards)
        {
            if (shard.Members.Length > 0) ThreadPool.UnsafeQueueUserWorkItem(static shard => shard.Wake(), shard, preferLocal: false);
        }
    }

    public IEnumerable<LiveSubscriber> All()
    {
        foreach (var shard in _shards)
        {
            foreach (var member in shard.Members) yield return member;
        }
    }

    /// <summary>Ends all readers, those to come too: the process is stopping.</summary>
    public void EndAll()
    {
        _closed = true;
        foreach (var member in All()) member.End(mayReturn: true);
    }

    private sealed class Shard
    {
        private readonly Lock _lock = new();

        /// <summary>Replaced whole, never changed.</summary>
        public LiveSubscriber[] Members { get; private set; } = [];

        public void Add(LiveSubscriber member)
        {
            lock (_lock) Members = [.. Members, member];
        }

        public void Remove(LiveSubscriber member)
        {
            lock (_lock) Members = [.. Members.Where(other => other != member)];
        }

        public void Wake()
        {
            foreach (var member in Members) member.Wake();
        }
    }

    private sealed class Membership(LiveSubscribers all, Shard shard, LiveSubscriber member) : IDisposable
    {
        public void Dispose()
        {
            shard.Remove(member);
            Interlocked.Decrement(ref all._count);
        }
    }
}
