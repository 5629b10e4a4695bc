namespace ControlPlane.Grains.Bots.Runners;

/// <summary>Heartbeats as evidence: at most one in each interval of the renewal, however many calls come, and across leases. By the monotonic clock.</summary>
internal sealed class HeartbeatIntervals(TimeProvider time, double renewSeconds)
{
    private readonly long _interval = Math.Max(1, (long)(renewSeconds * time.TimestampFrequency));
    private long _last = long.MinValue;

    /// <summary>True for the first call of its interval.</summary>
    public bool Counts(long receivedAt)
    {
        var interval = receivedAt / _interval;
        if (interval <= _last) return false;
        _last = interval;
        return true;
    }
}
