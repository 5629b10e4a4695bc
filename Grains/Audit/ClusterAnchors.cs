using System.Collections.Immutable;
using ControlPlane.Abstractions;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace ControlPlane.Grains.Audit;

/// <summary>The anchors of all silos that live: each has kept the entries that it wrote itself, so that together they are one.</summary>
internal sealed partial class ClusterAnchors(ISiloStatusOracle silos, IGrainFactory grains, TimeProvider time, ILogger<ClusterAnchors> logger)
{
    private static readonly TimeSpan s_compareLimit = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan s_newestLimit = TimeSpan.FromSeconds(1);

    /// <summary>The result of each; a silo that does not answer is named too.</summary>
    public async Task<ImmutableArray<NodeAnchor>> CompareAsync() =>
    [
        .. (await AskAsync(a => a.Compare(), s_compareLimit)).Select(answer => answer.Answer ?? new NodeAnchor(answer.Node, 0, null, null, null, [], "This node's anchor could not be asked for."))
            .OrderBy(a => a.Node, StringComparer.Ordinal),
    ];

    /// <summary>The newest entry that any of them holds; null without one.</summary>
    public async Task<AnchoredEntry?> NewestAsync() => (await AskAsync(a => a.Newest(), s_newestLimit)).Select(a => a.Answer).OfType<AnchoredEntry>().MaxBy(e => e.Sequence);

    private async Task<(string Node, T? Answer)[]> AskAsync<T>(Func<IAuditAnchorGrain, Task<T?>> ask, TimeSpan limit)
        where T : class =>
        await Task.WhenAll(silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Select(silo => AskAsync(silo, ask, limit)));

    private async Task<(string Node, T? Answer)> AskAsync<T>(SiloAddress silo, Func<IAuditAnchorGrain, Task<T?>> ask, TimeSpan limit)
        where T : class
    {
        var node = silo.Endpoint.ToString();
        try
        {
            // The grain must be activated on the silo whose anchor it reads.
            RequestContext.Set(IPlacementDirector.PlacementHintKey, silo);
            return (node, await ask(grains.GetGrain<IAuditAnchorGrain>(silo.ToParsableString())).WaitAsync(limit, time));
        }
        catch (Exception e)
        {
            LogNotAsked(logger, node, e);
            return (node, null);
        }
        finally
        {
            RequestContext.Remove(IPlacementDirector.PlacementHintKey);
        }
    }

    [LoggerMessage(EventIds.ClusterAnchorsNotAsked, LogLevel.Error, "The audit log's anchor of {Node} could not be read.")]
    private static partial void LogNotAsked(ILogger logger, string node, Exception exception);
}
