namespace ControlPlane.Grains.Storage.Trust;

/// <summary>What a node keeps on its own disk about the store. Both methods block and may throw.</summary>
internal interface IWitnessFile
{
    /// <summary>Null when there is none yet.</summary>
    NodeWitness? Read();

    /// <param name="durably">True when it must be on disk before the call returns.</param>
    void Write(NodeWitness witness, bool durably);
}

/// <param name="Mark">The largest mark of the store that this node has heard of.</param>
/// <param name="Epoch">The largest epoch of the gate that it has heard of.</param>
/// <param name="Confirmed">The last confirmation of the store that it has heard of.</param>
/// <param name="ConfirmedAudit">Number of that confirmation's audit entry.</param>
/// <param name="Evidence">What shows that the store was replaced, until a confirmation is heard of.</param>
internal sealed record NodeWitness(long Mark, long Epoch, long Confirmed, long ConfirmedAudit, string? Evidence)
{
    public static NodeWitness New { get; } = new(0, 0, 0, 0, null);
}

/// <summary>Keeps nothing: for hosts without a disk of their own.</summary>
internal sealed class NoWitnessFile : IWitnessFile
{
    public NodeWitness? Read() => null;

    public void Write(NodeWitness witness, bool durably)
    {
    }
}
