using System.Net.WebSockets;

namespace ControlPlane.Api.Live;

/// <summary>One reader of the live feed. A wake-up makes it take new entries and send them. While it sends, a wake-up only marks that there is more.
/// No other reader waits for it.</summary>
internal abstract partial class LiveSubscriber(LiveAccess access, LagCompensatedClock kept, TimeProvider time, ILogger<LiveSubscriber> logger)
{
    /// <summary>Bytes of a piece: the most that a connection buffers, and what a slow one must take within the stall time.</summary>
    protected const int PieceBytes = 32 * 1024;

    private const int Idle = 0;
    private const int Running = 1;
    private const int RunAgain = 2;
    private const long NotSending = long.MinValue;

    private readonly long _openedAt = time.GetTimestamp();
    private int _pump;

    // On the lag-compensated clock; aborts go by it alone.
    private long _sendingSince = NotSending;
    private long _endingSince = NotSending;
    private volatile bool _mayReturn;
    private long _heartbeatAt;
    private volatile bool _heartbeatDue;

    // An aborted reader may stay for a moment. Used by the tick alone.
    private bool _aborted;

    /// <summary>True once this reader gets changes and heartbeats.</summary>
    protected volatile bool Subscribed;

    /// <summary>True once only the close message may be sent.</summary>
    protected bool Ending => Volatile.Read(ref _endingSince) != NotSending;

    /// <summary>True when the connection ends because something in this process failed.</summary>
    protected bool Failed { get; private set; }

    /// <summary>Content of the close message: whether a reconnect can succeed.</summary>
    protected bool MayReturn => _mayReturn;

    /// <summary>There may be new entries. Returns at once, or after a send that did not block.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _pump, RunAgain) == Idle) _ = PumpAsync();
    }

    /// <summary>Runs at every tick: heartbeat, the caller's access, and the abort of a reader that takes nothing.</summary>
    public async ValueTask TickAsync(LiveTimes times, CancellationToken cancellationToken)
    {
        if (_aborted) return;
        var (now, keptNow) = (time.GetTimestamp(), kept.Now);
        if (IsOver(ref _sendingSince, keptNow, times.Stall) || IsOver(ref _endingSince, keptNow, times.Stall) || OwesTooLong(keptNow, times.Owing)
            || (!Subscribed && time.GetElapsedTime(_openedAt, now) > times.Subscribe))
        {
            _aborted = true;
            Abort();
            return;
        }

        if (time.GetElapsedTime(Volatile.Read(ref _heartbeatAt), now) < times.Beat) return;
        Volatile.Write(ref _heartbeatAt, now);
        if (!await access.HoldsAsync(cancellationToken)) End(mayReturn: false);
        _heartbeatDue = true;
        Wake();
    }

    /// <summary>Sends the close message and closes. A reader that does not take it, or does not close, is aborted.</summary>
    /// <param name="mayReturn">False for a reader that would be refused, or breaks the protocol.</param>
    public void End(bool mayReturn)
    {
        if (!Ending) _mayReturn = mayReturn;
        Interlocked.CompareExchange(ref _endingSince, kept.Now.Ticks, NotSending);
        Wake();
    }

    /// <summary>Aborts the connection without a close message.</summary>
    public abstract void Abort();

    /// <summary>True when a ping has been unanswered for longer than <paramref name="limit"/>. Always false for a transport without pings.</summary>
    protected virtual bool OwesTooLong(TimeSpan now, TimeSpan limit) => false;

    /// <summary>Sends the next entries; later ones wait for it. Null when there are none. Called by one thread at a time.</summary>
    /// <exception cref="TooSlowException">The reader missed an entry that it must get.</exception>
    protected abstract Func<Task>? Next();

    /// <summary>Sends the close message; null when it was sent already.</summary>
    protected abstract Func<Task>? CloseMessage();

    /// <summary>Called after the close message was sent.</summary>
    protected abstract ValueTask CloseAsync();

    /// <summary>The first heartbeat is due a whole period after this call.</summary>
    protected void HeartbeatFromNow() => Volatile.Write(ref _heartbeatAt, time.GetTimestamp());

    protected bool TakeHeartbeat()
    {
        if (!_heartbeatDue) return false;
        _heartbeatDue = false;
        return true;
    }

    /// <summary>True for failures that a peer causes when it leaves or does not read.</summary>
    protected static bool IsByPeer(Exception e) =>
        e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException or TooSlowException;

    /// <summary>Ends the connection after an unexpected failure. The reader gets the close message, the log the failure.</summary>
    protected void Fail(Exception e)
    {
        Report(e);
        Failed = true;
        End(mayReturn: true);
    }

    protected void Report(Exception e) => LogFailed(logger, GetType().Name, e);

    private async Task PumpAsync()
    {
        try
        {
            do
            {
                Volatile.Write(ref _pump, Running);
                await SendAllAsync();
            }
            while (Interlocked.CompareExchange(ref _pump, Idle, Running) != Running);
        }
        catch (Exception e)
        {
            // The pump never runs again.
            if (!IsByPeer(e)) Report(e);
            Abort();
        }
    }

    private async ValueTask SendAllAsync()
    {
        while (true)
        {
            // Checked first: a reader without access gets the close message and nothing else.
            var ending = Ending;
            Func<Task>? sending;
            try
            {
                sending = ending ? CloseMessage() : Next();
            }
            catch (Exception e) when (!ending && !IsByPeer(e))
            {
                Fail(e);
                ending = true;
                sending = CloseMessage();
            }

            if (sending is null) return;
            Volatile.Write(ref _sendingSince, kept.Now.Ticks);
            await sending();
            Volatile.Write(ref _sendingSince, NotSending);
            if (ending) await CloseAsync();
        }
    }

    private static bool IsOver(ref long since, TimeSpan now, TimeSpan limit) =>
        Volatile.Read(ref since) is var start && start != NotSending && now.Ticks - start > limit.Ticks;

    [LoggerMessage(EventId = EventIds.LiveSubscriberFailed, Level = LogLevel.Error, Message = "A {Reader} of the live feed failed and was ended.")]
    private static partial void LogFailed(ILogger logger, string reader, Exception exception);
}
