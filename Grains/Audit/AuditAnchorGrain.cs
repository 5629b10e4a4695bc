using ControlPlane.Abstractions;
using ControlPlane.Grains.Storage.Trust;
using Orleans.Placement;
using Orleans.Runtime;

namespace ControlPlane.Grains.Audit;

/// <summary>Reads the anchor of the silo that it is placed on. It keeps nothing.</summary>
[PreferLocalPlacement]
internal sealed class AuditAnchorGrain(IAuditStore store, IAuditAnchor anchor, ILocalSiloDetails self, TimeProvider time) : Grain, IAuditAnchorGrain
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(3);

    private bool IsHere => this.GetPrimaryKeyString() == self.SiloAddress.ToParsableString();

    public async Task<NodeAnchor?> Compare()
    {
        DeactivateOnIdle();
        if (!IsHere) return null;
        var node = self.SiloAddress.Endpoint.ToString();
        AnchorReading kept;
        try
        {
            kept = await Task.Run(anchor.Read).WaitAsync(s_limit, time);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TimeoutException)
        {
            return new(node, 0, null, null, null, [], "The anchor could not be read.");
        }

        return await AnchorComparison.CompareAsync(node, store, kept, CancellationToken.None);
    }

    public async Task<AnchoredEntry?> Newest()
    {
        DeactivateOnIdle();
        return IsHere && await Task.Run(anchor.Last).WaitAsync(s_limit, time) is { } line ? new(line.Sequence, line.Hash) : null;
    }
}
