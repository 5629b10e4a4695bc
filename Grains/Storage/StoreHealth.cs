using ControlPlane.Grains.Gates;
using Microsoft.Extensions.Options;

namespace ControlPlane.Grains;

/// <summary>Whether this silo can reach the store. True for the duration of the gate's lease, from the start of the last successful use of the store.
/// What is counted in memory may be shown for no longer.</summary>
internal sealed class StoreHealth : IDisposable
{
    private readonly TimeSpan _lease;
    private readonly TimeProvider _time;
    private readonly ITimer _expiry;
    private readonly Lock _gate = new();

    // Under the lock: true from a proof to the expiry that the timer finds. Readers measure the age themselves.
    private bool _holds;
    private long _provenAt;
    private volatile TaskCompletionSource _turned = NewSignal();

    public StoreHealth(IOptions<GateOptions> gate, TimeProvider time)
    {
        _lease = gate.Value.Lease;
        _time = time;
        _expiry = time.CreateTimer(_ => Expire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public bool Holds
    {
        get
        {
            lock (_gate) return _holds && _time.GetElapsedTime(_provenAt) < _lease;
        }
    }

    /// <summary>Completes with the next loss or return. Taken before <see cref="Holds"/> is read, none is missed.</summary>
    public Task Turned => _turned.Task;

    /// <summary>The store was read or written by something that began at <paramref name="startedAt"/>.</summary>
    public void Proven(long startedAt)
    {
        TaskCompletionSource? turned = null;
        lock (_gate)
        {
            var left = _lease - _time.GetElapsedTime(startedAt);
            if (left <= TimeSpan.Zero || (_holds && startedAt <= _provenAt)) return;
            _provenAt = startedAt;
            _expiry.Change(left, Timeout.InfiniteTimeSpan);
            if (!_holds) turned = Turn(holds: true);
        }

        turned?.TrySetResult();
    }

    public void Dispose() => _expiry.Dispose();

    private void Expire()
    {
        TaskCompletionSource turned;
        lock (_gate)
        {
            if (!_holds) return;
            var left = _lease - _time.GetElapsedTime(_provenAt);
            if (left > TimeSpan.Zero)
            {
                _expiry.Change(left, Timeout.InfiniteTimeSpan);
                return;
            }

            turned = Turn(holds: false);
        }

        turned.TrySetResult();
    }

    private TaskCompletionSource Turn(bool holds)
    {
        _holds = holds;
        return Interlocked.Exchange(ref _turned, NewSignal());
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
