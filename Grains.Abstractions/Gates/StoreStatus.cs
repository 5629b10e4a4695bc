namespace ControlPlane.Abstractions;

/// <summary>How far the gate's row in the store has come. Each renewal writes a larger mark, so that a store which knows a smaller one than a node
/// has heard was put back.</summary>
/// <param name="Mark">The mark that was written last.</param>
/// <param name="Found">The mark that this activation of the gate found in the store.</param>
/// <param name="Confirmed">The mark that an operator's last confirmation of the store wrote; what was known before counts no more. 0 without one.</param>
/// <param name="ConfirmedAudit">Number of the audit entry of that confirmation.</param>
/// <param name="Generation">No token of a bot counts whose generation is below this one.</param>
[GenerateSerializer, Immutable, Alias("cp.StoreStanding")]
public sealed record StoreStatus(
    [property: Id(0)] long Mark,
    [property: Id(1)] long Found,
    [property: Id(2)] long Confirmed,
    [property: Id(3)] long ConfirmedAudit,
    [property: Id(4)] long Generation)
{
    public static StoreStatus None { get; } = new(0, 0, 0, 0, 0);
}

/// <summary>What a node knows of the store from its own disk.</summary>
/// <param name="Mark">The largest mark that it knows.</param>
/// <param name="Epoch">The largest epoch of the gate that it knows.</param>
/// <param name="Evidence">What shows that the store is not the one that the node knew; null when nothing does.</param>
[GenerateSerializer, Immutable, Alias("cp.StoreKnowledge")]
public sealed record StoreKnowledge([property: Id(0)] long Mark, [property: Id(1)] long Epoch, [property: Id(2)] string? Evidence);
