namespace ControlPlane.Api.Live.Hub;

/// <summary>Detects a client that no longer reads. The snapshot and every heartbeat carry a ping; any data from the client answers it. A socket alone
/// can't tell, since the kernel buffers much for a client that reads nothing.</summary>
internal sealed class HubKeepAlive(LagCompensatedClock kept)
{
    /// <summary>For a transport without WebSocket pings: no ping is sent, so none is owed.</summary>
    public static HubKeepAlive OfOtherTransports(IServiceProvider services) => new(services.GetRequiredService<LagCompensatedClock>());

    private const long Nothing = long.MinValue;

    private long _owedSince = Nothing;
    private volatile bool _due;

    /// <summary>The next frame carries a ping.</summary>
    public void AskNext() => _due = true;

    /// <summary>True when this send carries a ping. None is sent while the last one has no answer.</summary>
    public bool TryAsk()
    {
        if (!_due) return false;
        _due = false;
        return Interlocked.CompareExchange(ref _owedSince, kept.Now.Ticks, Nothing) == Nothing;
    }

    /// <summary>Data came from the client.</summary>
    public void Heard()
    {
        if (Volatile.Read(ref _owedSince) != Nothing) Volatile.Write(ref _owedSince, Nothing);
    }

    /// <summary>True when a ping has been unanswered for longer than <paramref name="limit"/>.</summary>
    public bool IsOver(TimeSpan now, TimeSpan limit) => Volatile.Read(ref _owedSince) is var since && since != Nothing && now.Ticks - since > limit.Ticks;
}
