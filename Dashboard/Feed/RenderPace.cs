namespace ControlPlane.Dashboard.Feed;

/// <summary>Lets a burst of changes be drawn once: at once when it was quiet, else when the interval since the last drawing is over.</summary>
public sealed class RenderPace(TimeProvider time, Action draw) : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private long _drawnAt;
    private bool _drawn;
    private ITimer? _timer;

    /// <summary>Something changed.</summary>
    public void Touch()
    {
        if (_timer is not null) return;
        var quiet = _drawn ? time.GetElapsedTime(_drawnAt) : Interval;
        if (quiet >= Interval) Draw();
        else _timer = time.CreateTimer(_ => Draw(), null, Interval - quiet, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => Drop();

    /// <summary>Draws at once, for what comes without a message.</summary>
    public void Draw()
    {
        Drop();
        (_drawn, _drawnAt) = (true, time.GetTimestamp());
        draw();
    }

    private void Drop()
    {
        _timer?.Dispose();
        _timer = null;
    }
}
