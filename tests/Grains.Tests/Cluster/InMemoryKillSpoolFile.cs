using System.Collections.Immutable;
using ControlPlane.Grains.Kills;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>A spool's file that outlives the cluster, and can be full or unreadable.</summary>
internal sealed class InMemoryKillSpoolFile : IKillSpoolFile
{
    public ImmutableArray<SpooledKill> Kills { get; set; } = [];
    public bool Full { get; set; }
    public bool Unreadable { get; set; }

    public ImmutableArray<SpooledKill> Read() => Unreadable ? throw new KillSpoolUnreadableException("injected") : Kills;

    public void Write(IReadOnlyList<SpooledKill> kills) => Kills = Full ? throw new IOException("No space left on device") : [.. kills];
}
