namespace ControlPlane.Api.Live;

/// <summary>Monotonic clock that caps each step at two ticks, so that a stalled process does not count against its clients. It uses the operating
/// system's clock, as sockets do.</summary>
internal sealed class LagCompensatedClock(TimeProvider time)
{
    /// <summary>The largest step from one tick to the next: two tick intervals.</summary>
    private static readonly TimeSpan s_most = 2 * LiveTimes.Tick;

    private volatile Mark _last = new(TimeSpan.Zero, time.GetTimestamp());

    /// <summary>Written and read as one.</summary>
    private sealed record Mark(TimeSpan Kept, long At);

    /// <summary>Never goes back.</summary>
    public TimeSpan Now
    {
        get
        {
            var last = _last;
            var since = time.GetElapsedTime(last.At);
            return last.Kept + (since < s_most ? since : s_most);
        }
    }

    /// <summary>Ticks until it is cancelled. Each tick is queued to the thread pool, as sends and receives are. A timer alone would overtake that
    /// queue and be on time while answers stay unread for seconds.</summary>
    public async Task TickAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(LiveTimes.Tick, time, cancellationToken);
            var turn = new TaskCompletionSource();
            ThreadPool.UnsafeQueueUserWorkItem(static turn => turn.SetResult(), turn, preferLocal: false);
            await turn.Task;
            Tick();
        }
    }

    /// <summary>Adds the time since the last tick. One caller at a time.</summary>
    public void Tick() => _last = new Mark(Now, time.GetTimestamp());
}
