using ControlPlane.Grains.Bots.Leases;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>What a process leaves of its leases for the next one, on a host that stays up.</summary>
internal sealed class InMemoryLeaseFile : ILeaseFile
{
    private volatile IReadOnlyList<RememberedLease> _leases = [];

    public IReadOnlyList<RememberedLease> Read() => _leases;

    public void Write(IReadOnlyCollection<RememberedLease> leases) => _leases = [.. leases];
}
