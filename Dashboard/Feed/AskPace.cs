namespace ControlPlane.Dashboard.Feed;

/// <summary>Polling interval of a part that is not pushed: short during and after changes of what it depends on, else long.
/// An idle page asks for next to nothing.</summary>
public sealed class AskPace(TimeProvider time)
{
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    /// <summary>What follows from a change may come a while after it, an alert after its hold time for example.</summary>
    public static readonly TimeSpan Follows = TimeSpan.FromSeconds(30);

    public static readonly TimeSpan Seldom = TimeSpan.FromSeconds(60);

    private object? _seen;
    private long? _changedAt;
    private long? _askedAt;

    /// <summary>True before the first time.</summary>
    public bool IsFirst => _askedAt is null;

    /// <param name="now">What it hangs on: another value than the last time is a change.</param>
    /// <param name="unannounced">True while it changes without a message.</param>
    public bool IsDue(object? now, bool unannounced = false)
    {
        if (!Equals(_seen, now)) (_seen, _changedAt) = (now, time.GetTimestamp());
        if (_askedAt is not { } asked) return true;
        var since = time.GetElapsedTime(asked);
        if (since < Soon) return false;
        return unannounced || since >= Seldom || (_changedAt is { } changed && time.GetElapsedTime(changed) < Follows);
    }

    public void Asked() => _askedAt = time.GetTimestamp();

    /// <summary>The next look finds it due.</summary>
    public void Hurry() => _askedAt = null;
}
