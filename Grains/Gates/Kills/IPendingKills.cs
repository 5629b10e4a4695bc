using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Gates.Kills;

/// <summary>Kills that this node knows of and whose release it has not heard of. Whoever holds a kill switch looks here before it
/// lets anything pass, so that a kill from before a crash comes before the first opening.</summary>
internal interface IPendingKills
{
    /// <param name="botId">Null for the system's kill switch.</param>
    ImmutableArray<KillOrder> For(string? botId);
}
