namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>The data directory, held for this process alone until it is disposed or the process ends, however it ends.</summary>
internal sealed class DataDirectory : IDisposable
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;

    private readonly FileStream _lock;

    private DataDirectory(FileStream held) => _lock = held;

    /// <exception cref="DataDirectoryInUseException">Another process holds it.</exception>
    public static DataDirectory Take(EmbeddedStoreOptions options)
    {
        CreateFolder(options.DataDirectory);
        var held = Lock(options);
        try
        {
            MakeDatabase(options);
            return new(held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>The database's file, empty when there is none. SQLite gives its -wal and -shm files the mode of this one.</summary>
    public static void MakeDatabase(EmbeddedStoreOptions options)
    {
        Open(options.DatabasePath, FileShare.ReadWrite).Dispose();
        Restrict(options.DatabasePath);
    }

    public void Dispose() => _lock.Dispose();

    private static FileStream Lock(EmbeddedStoreOptions options)
    {
        try
        {
            return Open(options.LockPath, FileShare.None);
        }
        catch (IOException e) when (IsHeldByOther(e))
        {
            throw new DataDirectoryInUseException(options.DataDirectory);
        }
    }

    // EWOULDBLOCK of flock on Linux and macOS, ERROR_SHARING_VIOLATION on Windows.
    private static bool IsHeldByOther(IOException e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static FileStream Open(string path, FileShare share)
    {
        var how = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = OwnerFile;
        }

        return new FileStream(path, how);
    }

    private static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerFolder);
        }
    }

    private static void Restrict(string path)
    {
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(path) != OwnerFile)
        {
            File.SetUnixFileMode(path, OwnerFile);
        }
    }
}
