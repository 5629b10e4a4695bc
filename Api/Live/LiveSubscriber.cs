namespace ControlPlane.Api.Live;

/// <summary>What is left to send after a piece was filled in.</summary>
internal enum Filled
{
    Nothing,

    /// <summary>A piece of a message that goes on.</summary>
    Part,
    Whole,
}

/// <summary>One reader of the live feed. It is woken when there may be something new, takes what it has not had, and sends it; a reader that is busy
/// sending is only told that there is more. Nobody ever waits for it.</summary>
internal abstract class LiveSubscriber(LiveAccess access, TimeProvider time)
{
    /// <summary>Bytes of a piece: what a connection holds while it sends, and what a slow one must take within the stall time.</summary>
    protected const int PieceBytes = 32 * 1024;

    private const int Idle = 0;
    private const int Running = 1;
    private const int RunAgain = 2;
    private const long NotSending = long.MinValue;

    private readonly long _openedAt = time.GetTimestamp();
    private int _pump;
    private long _sendingSince = NotSending;
    private long _endingSince = NotSending;
    private long _beatAt;
    private volatile bool _beatDue;

    /// <summary>True once this reader is to hear changes and beats.</summary>
    protected volatile bool Subscribed;

    /// <summary>True once nothing but the farewell may be sent.</summary>
    protected bool Ending => Volatile.Read(ref _endingSince) != NotSending;

    protected TimeProvider Time => time;

    /// <summary>There may be something new. Returns at once, or after a send that did not have to wait.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _pump, RunAgain) == Idle) _ = PumpAsync();
    }

    /// <summary>Once every few milliseconds: the beat, the caller's right to be here, and the end of a reader that takes nothing.</summary>
    public async ValueTask TickAsync(LiveTimes times, CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        if (IsOver(ref _sendingSince, now, times.Stall) || IsOver(ref _endingSince, now, times.Stall)
            || (!Subscribed && time.GetElapsedTime(_openedAt, now) > times.Subscribe))
        {
            Cut();
            return;
        }

        if (time.GetElapsedTime(Volatile.Read(ref _beatAt), now) < times.Beat) return;
        Volatile.Write(ref _beatAt, now);
        if (!await access.HoldsAsync(cancellationToken)) End();
        _beatDue = true;
        Wake();
    }

    /// <summary>Says farewell and closes; whoever does not take the farewell is cut.</summary>
    public void End()
    {
        Interlocked.CompareExchange(ref _endingSince, time.GetTimestamp(), NotSending);
        Wake();
    }

    /// <summary>Closes the connection without a word.</summary>
    public abstract void Cut();

    /// <summary>Fills in the next piece; called by one thread at a time.</summary>
    /// <exception cref="TooSlowException">The reader has missed what it must not miss.</exception>
    protected abstract Filled Fill(PooledWriter writer);

    /// <summary>Sends a piece; what comes after waits for it.</summary>
    protected abstract ValueTask SendAsync(ReadOnlyMemory<byte> piece, bool endOfMessage);

    /// <summary>After the farewell was sent.</summary>
    protected abstract ValueTask CloseAsync();

    /// <summary>The first beat is due a whole period after this.</summary>
    protected void BeatFromNow() => Volatile.Write(ref _beatAt, time.GetTimestamp());

    protected bool TakeBeat()
    {
        if (!_beatDue) return false;
        _beatDue = false;
        return true;
    }

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
        catch (Exception)
        {
            // The peer is gone, or too slow. The pump never runs again.
            Cut();
        }
    }

    private async ValueTask SendAllAsync()
    {
        using var writer = new PooledWriter();
        while (true)
        {
            // Looked at before filling: a reader whose right has ended gets its farewell and nothing else.
            var ending = Ending;
            var filled = Fill(writer);
            if (filled == Filled.Nothing) return;
            Volatile.Write(ref _sendingSince, time.GetTimestamp());
            await SendAsync(writer.Written, filled == Filled.Whole);
            Volatile.Write(ref _sendingSince, NotSending);
            writer.Clear();
            if (ending) await CloseAsync();
        }
    }

    private bool IsOver(ref long since, long now, TimeSpan limit) =>
        Volatile.Read(ref since) is var start && start != NotSending && time.GetElapsedTime(start, now) > limit;
}
