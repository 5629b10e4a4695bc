using ControlPlane.Abstractions;
using ControlPlane.Grains.Usage;

namespace ControlPlane.Silo.Storage.Postgres.Usage;

/// <summary>The events of one caller on their way through the writer.</summary>
internal sealed class UsageCall(IReadOnlyList<UsageEvent> events)
{
    private const int Waiting = 0;
    private const int Taken = 1;
    private const int Abandoned = 2;

    private readonly TaskCompletionSource<UsageAppend> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _state;

    public IReadOnlyList<UsageEvent> Events { get; } = events;

    public Task<UsageAppend> Outcome => _outcome.Task;

    /// <summary>The writer takes the call; false when its caller has given up.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Taken, Waiting) == Waiting;

    /// <summary>The caller gives up. A call that was taken already runs to its end, and its outcome is unknown to the caller.</summary>
    public void Abandon() => Interlocked.CompareExchange(ref _state, Abandoned, Waiting);

    public void Acknowledge(UsageAppend append) => _outcome.TrySetResult(append);

    public void Fail(Exception failure) => _outcome.TrySetException(failure);
}
