namespace ControlPlane.Api.Live.Hub;

/// <summary>Whether a client still reads: with the snapshot and every beat goes a ping, and whatever the client sends after it says that it does.
/// A socket alone can't tell, for the system takes in a great deal for a program that reads nothing.</summary>
internal sealed class HubPulse(KeptTime kept)
{
    /// <summary>Of a transport without WebSockets' pings: nobody asks, so nobody owes.</summary>
    public static HubPulse OfOtherTransports(IServiceProvider services) => new(services.GetRequiredService<KeptTime>());

    private const long Nothing = long.MinValue;

    private long _owedSince = Nothing;
    private volatile bool _due;

    /// <summary>The next frame is to carry a ping.</summary>
    public void AskNext() => _due = true;

    /// <summary>True when a ping goes out with what is sent now. None does while the last one has no answer.</summary>
    public bool TryAsk()
    {
        if (!_due) return false;
        _due = false;
        return Interlocked.CompareExchange(ref _owedSince, kept.Now.Ticks, Nothing) == Nothing;
    }

    /// <summary>Something came from the client.</summary>
    public void Heard()
    {
        if (Volatile.Read(ref _owedSince) != Nothing) Volatile.Write(ref _owedSince, Nothing);
    }

    /// <summary>True when the client owes an answer for longer than this.</summary>
    public bool IsOver(TimeSpan now, TimeSpan limit) => Volatile.Read(ref _owedSince) is var since && since != Nothing && now.Ticks - since > limit.Ticks;
}
