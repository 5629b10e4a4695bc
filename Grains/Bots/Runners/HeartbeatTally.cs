using ControlPlane.Grains.Gates;

namespace ControlPlane.Grains.Bots.Runners;

/// <summary>Heartbeats that came in time and that did not, until they are handed over as evidence.</summary>
internal sealed class HeartbeatTally(TimeProvider time, RunnerOptions options)
{
    private HeartbeatIntervals? _intervals;

    public long Kept { get; private set; }

    public long Missed { get; private set; }

    /// <summary>In time is before the moment at which the runner should have stopped by itself.</summary>
    /// <param name="leaseSince">Timestamp from which the lease counted before this heartbeat.</param>
    public void Count(long receivedAt, long leaseSince)
    {
        if (!(_intervals ??= new(time, options.RenewSeconds)).Counts(receivedAt)) return;
        if (receivedAt <= leaseSince + (long)(options.StopBySeconds * time.TimestampFrequency)) Kept++;
        else Missed++;
    }

    /// <summary>A runner was lost.</summary>
    public void Miss() => Missed++;

    /// <summary>So many are on disk.</summary>
    public void HandedOver(long kept, long missed)
    {
        Kept -= kept;
        Missed -= missed;
    }
}
