using System.Collections.Immutable;

namespace ControlPlane.Abstractions;

/// <summary>Takes usage events for the silo it runs in. Stateless; key 0.</summary>
[Alias("cp.IUsageIngestGrain")]
public interface IUsageIngestGrain : IGrainWithIntegerKey
{
    /// <summary>Validates and commits the events of one call together, and answers after the commit.</summary>
    [Alias("Append")]
    Task<UsageReceipt> Append(ImmutableArray<UsageEvent> events);
}
