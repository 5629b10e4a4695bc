using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Kills;

/// <summary>The place on disk where undelivered kills outlive a crash. Both methods block and may throw.</summary>
internal interface IKillSpoolFile
{
    ImmutableArray<KillOrder> Read();

    /// <summary>Replaces what is kept; on disk when it returns.</summary>
    void Write(IReadOnlyList<KillOrder> kills);

    /// <summary>Path of the file, or null where there is none.</summary>
    string? Location => null;
}

/// <summary>Keeps nothing: for hosts that take no kills from outside.</summary>
internal sealed class NoKillSpoolFile : IKillSpoolFile
{
    public ImmutableArray<KillOrder> Read() => [];

    public void Write(IReadOnlyList<KillOrder> kills)
    {
    }
}
