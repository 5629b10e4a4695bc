namespace ControlPlane.Silo.Storage;

/// <summary>A folder for its owner only. With a database elsewhere nothing else may have made it.</summary>
internal static class OwnerFolder
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, Owner);
    }

    /// <summary>Takes everybody else's rights from a folder that is there.</summary>
    /// <returns>Whether there were any.</returns>
    /// <exception cref="IOException">The folder is not ours to narrow: it belongs to another user, or is one that several share.</exception>
    public static bool Narrow(string path)
    {
        if (OperatingSystem.IsWindows() || !Directory.Exists(path)) return false;
        var mode = File.GetUnixFileMode(path);
        if ((mode & ~Owner) == UnixFileMode.None) return false;
        try
        {
            if (mode.HasFlag(UnixFileMode.StickyBit) || Path.GetPathRoot(path) == path) throw new IOException("It is a folder that several users share.");
            File.SetUnixFileMode(path, Owner);
            return true;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException("It belongs to another user.", e);
        }
    }
}
