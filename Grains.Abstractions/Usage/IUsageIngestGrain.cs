using System.Collections.Immutable;

namespace ControlPlane.Abstractions;

/// <summary>Takes usage events for the silo it runs in. Stateless; key 0.</summary>
[Alias("cp.IUsageIngestGrain")]
public interface IUsageIngestGrain : IGrainWithIntegerKey
{
    /// <summary>Validates and commits the events of one call together, and answers after the commit.</summary>
    [Alias("Append")]
    Task<UsageReceipt> Append(ImmutableArray<UsageEvent> events);

    /// <summary>Tells that events were dropped before they could be committed, so that figures without them are not shown as whole.</summary>
    [Alias("ReportLoss")]
    Task ReportLoss(ImmutableArray<UsageLoss> losses);
}

/// <summary>Lost events of a provider: calls that were made and are not in the store.</summary>
/// <param name="LossId">The same loss reported again counts once.</param>
/// <param name="Events">1 or more.</param>
/// <param name="LastAt">When the newest of them occurred.</param>
[GenerateSerializer, Immutable, Alias("cp.UsageLoss")]
public sealed record UsageLoss(
    [property: Id(0)] Guid LossId,
    [property: Id(1)] string Provider,
    [property: Id(2)] long Events,
    [property: Id(3)] DateTimeOffset LastAt);
