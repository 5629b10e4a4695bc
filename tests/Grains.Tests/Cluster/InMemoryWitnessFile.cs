using ControlPlane.Grains.Storage.Trust;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>What a node keeps on its own disk, outliving the cluster.</summary>
internal sealed class InMemoryWitnessFile : IWitnessFile
{
    public NodeWitness? Kept { get; set; }

    public bool Unreadable { get; set; }

    public NodeWitness? Read() => Unreadable ? throw new IOException("injected") : Kept;

    public void Write(NodeWitness witness, bool durably) => Kept = witness;
}
