using Orleans.Concurrency;

namespace ControlPlane.Abstractions;

/// <summary>What the cluster itself asks of a bot about its lease. The key is the bot's id.</summary>
[Alias("cp.IBotLeaseGrain")]
public interface IBotLeaseGrain : IGrainWithStringKey
{
    /// <summary>Tells the gate of a live lease, unless that very activation of the gate was told already.</summary>
    [AlwaysInterleave, Alias("ReportLease")]
    Task ReportLease(long gateEpoch);
}
