using System.Net.WebSockets;

namespace ControlPlane.Api.Live;

/// <summary>One reader of the live feed. It is woken when there may be something new, takes what it has not had, and sends it; a reader that is busy
/// sending is only told that there is more. Nobody ever waits for it.</summary>
internal abstract partial class LiveSubscriber(LiveAccess access, KeptTime kept, TimeProvider time, ILogger<LiveSubscriber> logger)
{
    /// <summary>Bytes of a piece: what a connection holds while it sends, and what a slow one must take within the stall time.</summary>
    protected const int PieceBytes = 32 * 1024;

    private const int Idle = 0;
    private const int Running = 1;
    private const int RunAgain = 2;
    private const long NotSending = long.MinValue;

    private readonly long _openedAt = time.GetTimestamp();
    private int _pump;

    // In kept time, by which alone a reader is cut.
    private long _sendingSince = NotSending;
    private long _endingSince = NotSending;
    private volatile bool _mayReturn;
    private long _beatAt;
    private volatile bool _beatDue;

    // Who was cut may stay a while until it has noticed. Touched by the tick alone.
    private bool _cut;

    /// <summary>True once this reader is to hear changes and beats.</summary>
    protected volatile bool Subscribed;

    /// <summary>True once nothing but the farewell may be sent.</summary>
    protected bool Ending => Volatile.Read(ref _endingSince) != NotSending;

    /// <summary>True when the connection ends because something in this process failed.</summary>
    protected bool Failed { get; private set; }

    /// <summary>What the farewell says: whether coming again is worth a try.</summary>
    protected bool MayReturn => _mayReturn;

    /// <summary>There may be something new. Returns at once, or after a send that did not have to wait.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _pump, RunAgain) == Idle) _ = PumpAsync();
    }

    /// <summary>Once every few milliseconds: the beat, the caller's right to be here, and the end of a reader that takes nothing.</summary>
    public async ValueTask TickAsync(LiveTimes times, CancellationToken cancellationToken)
    {
        if (_cut) return;
        var (now, keptNow) = (time.GetTimestamp(), kept.Now);
        if (IsOver(ref _sendingSince, keptNow, times.Stall) || IsOver(ref _endingSince, keptNow, times.Stall) || OwesTooLong(keptNow, times.Owing)
            || (!Subscribed && time.GetElapsedTime(_openedAt, now) > times.Subscribe))
        {
            _cut = true;
            Cut();
            return;
        }

        if (time.GetElapsedTime(Volatile.Read(ref _beatAt), now) < times.Beat) return;
        Volatile.Write(ref _beatAt, now);
        if (!await access.HoldsAsync(cancellationToken)) End(mayReturn: false);
        _beatDue = true;
        Wake();
    }

    /// <summary>Says farewell and closes; whoever does not take the farewell, or does not close too, is cut.</summary>
    /// <param name="mayReturn">False for a reader that would not be let in again, or does not speak as it must.</param>
    public void End(bool mayReturn)
    {
        if (!Ending) _mayReturn = mayReturn;
        Interlocked.CompareExchange(ref _endingSince, kept.Now.Ticks, NotSending);
        Wake();
    }

    /// <summary>Closes the connection without a word.</summary>
    public abstract void Cut();

    /// <summary>True when the reader owes a sign of life for longer than this; never for one that can't give any.</summary>
    protected virtual bool OwesTooLong(TimeSpan now, TimeSpan limit) => false;

    /// <summary>How to send what is next; what comes after waits for it. Null when there is nothing. Called by one thread at a time.</summary>
    /// <exception cref="TooSlowException">The reader has missed what it must not miss.</exception>
    protected abstract Func<Task>? Next();

    /// <summary>How to send the farewell; null when it was sent already.</summary>
    protected abstract Func<Task>? Farewell();

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

    /// <summary>True for what a peer brings about that goes away, or does not read.</summary>
    protected static bool IsByPeer(Exception e) =>
        e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException or TooSlowException;

    /// <summary>Ends the connection over what nobody foresaw. The reader hears that it ends, the log what kind of failure it was.</summary>
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
            Cut();
        }
    }

    private async ValueTask SendAllAsync()
    {
        while (true)
        {
            // Looked at before: a reader whose right has ended gets its farewell and nothing else.
            var ending = Ending;
            Func<Task>? sending;
            try
            {
                sending = ending ? Farewell() : Next();
            }
            catch (Exception e) when (!ending && !IsByPeer(e))
            {
                Fail(e);
                ending = true;
                sending = Farewell();
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
