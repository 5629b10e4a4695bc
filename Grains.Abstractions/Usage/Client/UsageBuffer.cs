using System.Diagnostics.CodeAnalysis;

namespace ControlPlane.Abstractions;

/// <summary>Events that wait to be sent, or are on their way. Bounded: what does not fit is refused, and never waited for.</summary>
internal sealed class UsageBuffer(int maxEvents, int maxBatch)
{
    private readonly Lock _gate = new();
    private readonly Queue<UsageBatch> _waiting = new();
    private UsageBatch? _last;
    private int _held;
    private TaskCompletionSource? _empty;

    /// <summary>Events that are not committed yet.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>False when there is no room.</summary>
    /// <param name="fate">What will become of the event.</param>
    /// <param name="opened">True when the event began a new batch, which somebody must take.</param>
    public bool TryAdd(UsageEvent call, [NotNullWhen(true)] out Task<bool>? fate, out bool opened)
    {
        lock (_gate)
        {
            (fate, opened) = (null, false);
            if (_held >= maxEvents) return false;
            _held++;
            if (_last is null || _last.Count >= maxBatch)
            {
                _waiting.Enqueue(_last = new UsageBatch());
                opened = true;
            }

            _last.Add(call);
            fate = _last.Fate;
            return true;
        }
    }

    /// <summary>Whether the oldest batch may wait for more: it is not full, and no caller waits for its outcome.</summary>
    public bool MayGather()
    {
        lock (_gate)
        {
            return _waiting.TryPeek(out var oldest) && oldest == _last && oldest.Count < maxBatch && !oldest.IsAwaited;
        }
    }

    /// <summary>The oldest batch, closed; null when none waits.</summary>
    public UsageBatch? Take()
    {
        lock (_gate)
        {
            if (!_waiting.TryDequeue(out var batch)) return null;
            if (batch == _last) _last = null;
            return batch;
        }
    }

    /// <summary>The batch needs no more room.</summary>
    public void Release(UsageBatch batch, bool committed)
    {
        lock (_gate)
        {
            _held -= batch.Count;
            if (_held == 0) _empty?.TrySetResult();
        }

        batch.End(committed);
    }

    /// <summary>Ends when nothing is held.</summary>
    public Task WhenEmpty()
    {
        lock (_gate)
        {
            if (_held == 0) return Task.CompletedTask;
            _empty ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _empty.Task;
        }
    }
}
