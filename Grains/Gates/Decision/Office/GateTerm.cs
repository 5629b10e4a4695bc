using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Gates.Decision.Office;

/// <summary>How long this gate may assume that nodes follow it: its lease in the store, counted from before the last renewal's write began.</summary>
internal sealed class GateTerm(TimeSpan lease, NodeLedger nodes, IHostCount hosts, TimeProvider time)
{
    private long _renewedAt;
    private DateTimeOffset? _lostSince;

    /// <summary>True once a later gate's row was seen.</summary>
    public bool IsShutOut { get; private set; }

    public TimeSpan Left => lease - time.GetElapsedTime(_renewedAt);

    /// <param name="startedAt">Timestamp from before the write.</param>
    public void Renewed(long startedAt) => _renewedAt = startedAt;

    /// <summary>Ends it now; another renewal starts it again.</summary>
    public void End() => _renewedAt = time.GetTimestamp() - (long)(lease.TotalSeconds * time.TimestampFrequency) - 1;

    public void ShutOut() => IsShutOut = true;

    /// <summary>Without its lease in the store another gate may be active on a silo that can't reach this one. Then this gate must not report that
    /// all nodes
    /// know. Every active silo that follows this gate proves that there is no other.</summary>
    /// <exception cref="TimeoutException">Another gate may be active.</exception>
    public void MustBeInOffice(GatePosition position)
    {
        if (IsShutOut || (Left <= TimeSpan.Zero && nodes.Silos(position) < hosts.Total)) throw new TimeoutException("This gate can't tell whether it is still the one that nodes follow.");
    }

    /// <summary>Null while the lease runs; else why not, and since when.</summary>
    public Reason? StoreLost()
    {
        if (Left > TimeSpan.Zero)
        {
            _lostSince = null;
            return null;
        }

        _lostSince ??= time.GetUtcNow();
        return new(
            Codes.DataUnavailable,
            Severity.Blocked,
            "The store does not take the gate's renewals.",
            "Check the data directory or the database: free space, permissions, reachability. The gate comes back by itself.",
            _lostSince.Value);
    }
}
