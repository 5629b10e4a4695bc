namespace ControlPlane.Api.Hosting;

/// <summary>The folder of everything that this process keeps on disk.</summary>
/// <param name="Path">Absolute.</param>
public sealed record DataFolder(string Path)
{
    public const string Key = "ControlPlane:DataDirectory";
    private const string DefaultName = "data";
    private const string SolutionFile = "ControlPlane.sln";

    /// <summary>The configured folder; else the default one in the repository's root when run from inside it, else in the working folder.</summary>
    public static DataFolder From(IConfiguration configuration, string defaultName = DefaultName)
    {
        var working = Directory.GetCurrentDirectory();
        return configuration[Key] is { } configured && !string.IsNullOrWhiteSpace(configured)
            ? new DataFolder(System.IO.Path.GetFullPath(configured, working))
            : new DataFolder(System.IO.Path.Combine(RepositoryRoot(working) ?? working, defaultName));
    }

    /// <summary>Creates it for its owner only, when it is not there.</summary>
    public void Create()
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(Path);
        else
            Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static string? RepositoryRoot(string from)
    {
        for (var folder = new DirectoryInfo(from); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, SolutionFile))) return folder.FullName;
        }

        return null;
    }
}
