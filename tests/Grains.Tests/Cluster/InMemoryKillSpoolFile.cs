using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Kills;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>A spool's file that outlives the cluster, and can be full.</summary>
internal sealed class InMemoryKillSpoolFile : IKillSpoolFile
{
    public ImmutableArray<KillOrder> Kills { get; private set; } = [];
    public bool Full { get; set; }

    public ImmutableArray<KillOrder> Read() => Kills;

    public void Write(IReadOnlyList<KillOrder> kills) => Kills = Full ? throw new IOException("No space left on device") : [.. kills];
}
