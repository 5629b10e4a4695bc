namespace ControlPlane.Api.Live;

/// <summary>Time in which this process kept up. Late, it sends late and hears late, and must hold that against no reader: of a stretch in which it
/// was late only a little counts. Goes by the operating system's clock, as sockets do.</summary>
internal sealed class KeptTime(TimeProvider time)
{
    /// <summary>The most that counts from one tick to the next: twice what lies between them on a machine with time to spare.</summary>
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

    /// <summary>Ticks until it is told to stop. Each tick takes its turn among the thread pool's work, as all that is sent and heard does: a timer alone
    /// overtakes what waits there, and would be in time while answers lie unread for seconds.</summary>
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

    /// <summary>Counts what has passed since the last one; by one caller at a time.</summary>
    public void Tick() => _last = new Mark(Now, time.GetTimestamp());
}
