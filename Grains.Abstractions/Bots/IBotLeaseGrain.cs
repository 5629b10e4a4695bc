using Orleans.Concurrency;

namespace ControlPlane.Abstractions;

/// <summary>What the cluster itself asks of a bot about its lease. The key is the bot's id.</summary>
[Alias("cp.IBotLeaseGrain")]
public interface IBotLeaseGrain : IGrainWithStringKey
{
    /// <summary>Reports a live lease to the gate, unless this activation of the gate has it already.</summary>
    [AlwaysInterleave, Alias("ReportLease")]
    Task ReportLease(long gateEpoch);
}
