namespace ControlPlane.Dashboard.Link;

/// <summary>Watches the connection, on a clock of its own: that nothing comes is noticed without a message.</summary>
public sealed class LinkMonitor(TimeProvider time) : IDisposable
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private ITimer? _timer;
    private bool _open;
    private bool _hasValues;
    private bool _online = true;
    private bool _sessionOver;
    private long _beatAt;
    private long? _lostAt;
    private long? _nextTryAt;
    private TimeSpan _nextTryIn;

    /// <summary>The state is another one.</summary>
    public event Action? Changed;

    /// <summary>A beat came, or the connection was lost: what lets the page have colour is to be renewed or taken away.</summary>
    public event Action? Pulse;

    public LinkState State { get; private set; } = LinkState.Connecting;

    public bool IsLive => State == LinkState.Live;

    /// <summary>When the last beat came; null before the first.</summary>
    public DateTimeOffset? LastBeatAt { get; private set; }

    /// <summary>Since when the state is not live: the loss, the last beat, the end of the session, or the browser's going offline.</summary>
    public DateTimeOffset Since { get; private set; } = time.GetUtcNow();

    /// <summary>Time until the next try; null when none is planned.</summary>
    public TimeSpan? NextTryIn =>
        _nextTryAt is { } planned && _nextTryIn - time.GetElapsedTime(planned) is { } left ? left > TimeSpan.Zero ? left : TimeSpan.Zero : null;

    public void Start() => _timer ??= time.CreateTimer(_ => Look(), null, Interval, Interval);

    /// <summary>Values are there, from the prerendered page or an earlier connection.</summary>
    public void HasValues()
    {
        _hasValues = true;
        Look();
    }

    /// <summary>A snapshot came over a new connection.</summary>
    public void Opened()
    {
        (_open, _hasValues, _lostAt, _nextTryAt) = (true, true, null, null);
        Beat();
    }

    public void Beat()
    {
        (_beatAt, LastBeatAt) = (time.GetTimestamp(), time.GetUtcNow());
        Look();
        Pulse?.Invoke();
    }

    /// <summary>The connection is gone, or could not be had.</summary>
    public void Lost(TimeSpan? nextTryIn)
    {
        (_open, _lostAt) = (false, _lostAt ?? time.GetTimestamp());
        (_nextTryAt, _nextTryIn) = (nextTryIn is null ? null : time.GetTimestamp(), nextTryIn ?? TimeSpan.Zero);
        Look();
        Pulse?.Invoke();
    }

    public void Online(bool online)
    {
        _online = online;
        Look();
    }

    public void SessionOver(bool over)
    {
        _sessionOver = over;
        if (!over) _lostAt = null;
        Look();
        Pulse?.Invoke();
    }

    public void Dispose() => _timer?.Dispose();

    private void Look()
    {
        var state = LinkPolicy.Decide(new LinkFacts(
            _open,
            _open ? time.GetElapsedTime(_beatAt) : TimeSpan.MaxValue,
            _lostAt is { } lost ? time.GetElapsedTime(lost) : null,
            _hasValues,
            _online,
            _sessionOver));
        if (state == State) return;

        // Reconnecting becomes Disconnected with the time of the loss, not of the change of words.
        var goesOn = (State, state) is (LinkState.Reconnecting, LinkState.Disconnected) or (LinkState.Silent, LinkState.Reconnecting);
        if (state == LinkState.Silent) Since = LastBeatAt ?? time.GetUtcNow();
        else if (!goesOn) Since = time.GetUtcNow();
        State = state;
        Changed?.Invoke();
    }
}
