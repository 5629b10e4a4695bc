namespace ControlPlane.Grains.Bots.Leases;

/// <summary>Keeps what a node knows of leases for the next process on the same host. Moments of another start of the host mean nothing, so
/// nothing is read then; nothing is read of a file that is damaged either.</summary>
internal interface ILeaseFile
{
    IReadOnlyList<RememberedLease> Read();

    /// <summary>Best effort: what is not kept fences a runner and opens nothing.</summary>
    void Write(IReadOnlyCollection<RememberedLease> leases);
}
