namespace ControlPlane.Silo.Storage;

/// <summary>A folder for its owner only. With a database elsewhere nothing else may have made it.</summary>
internal static class OwnerFolder
{
    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
