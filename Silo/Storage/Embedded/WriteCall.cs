namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>Which queue a write waits in. What steers the system never waits behind usage events.</summary>
internal enum WriteLane
{
    Control = 0,
    Bulk = 1,
}

/// <summary>A write on its way through the writer. It may run more than once; it is acknowledged once, after a commit.</summary>
internal abstract class WriteCall(WriteLane lane, int rows)
{
    private const int Waiting = 0;
    private const int Taken = 1;
    private const int Abandoned = 2;

    private int _state;

    public WriteLane Lane { get; } = lane;

    public int Rows { get; } = rows;

    /// <summary>True once the caller has been told that it failed.</summary>
    public bool Failed { get; private set; }

    /// <summary>The writer takes the call; false when its caller has given up.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Taken, Waiting) == Waiting;

    /// <summary>The caller gives up. A call that was taken already runs to its end, and its outcome is unknown to the caller.</summary>
    public void Abandon() => Interlocked.CompareExchange(ref _state, Abandoned, Waiting);

    public abstract void Run(SqliteSession session);

    public abstract void Acknowledge();

    public void Fail(Exception failure)
    {
        Failed = true;
        Report(failure);
    }

    protected abstract void Report(Exception failure);
}

/// <summary>A write with a result.</summary>
internal sealed class WriteCall<T>(WriteLane lane, int rows, Func<SqliteSession, T> work) : WriteCall(lane, rows)
{
    private readonly TaskCompletionSource<T> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    public Task<T> Outcome => _outcome.Task;

    public override void Run(SqliteSession session) => _result = work(session);

    public override void Acknowledge() => _outcome.TrySetResult(_result);

    protected override void Report(Exception failure) => _outcome.TrySetException(failure);
}
