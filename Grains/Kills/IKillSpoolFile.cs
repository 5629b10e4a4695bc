using System.Collections.Immutable;

namespace ControlPlane.Grains.Kills;

/// <summary>The file in which kills survive a crash until their release is known. Both methods block and may throw.</summary>
internal interface IKillSpoolFile
{
    /// <summary>What is kept. Makes the file when there is none yet.</summary>
    /// <exception cref="KillSpoolUnreadableException">Something is there that no spool ever wrote, or not all of it.</exception>
    ImmutableArray<SpooledKill> Read();

    /// <summary>Replaces what is kept; on disk when it returns.</summary>
    void Write(IReadOnlyList<SpooledKill> kills);

    /// <summary>Path of the file, or null where there is none.</summary>
    string? Location => null;
}

/// <summary>The spool exists and can't be trusted: a kill may stand in it.</summary>
internal sealed class KillSpoolUnreadableException(string message) : Exception(message);

/// <summary>Keeps nothing: for hosts that take no kills from outside.</summary>
internal sealed class NoKillSpoolFile : IKillSpoolFile
{
    public ImmutableArray<SpooledKill> Read() => [];

    public void Write(IReadOnlyList<SpooledKill> kills)
    {
    }
}
