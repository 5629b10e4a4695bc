namespace ControlPlane.Testing.Postgres;

/// <summary>Where PostgreSQL's server programs lie. Debian keeps them out of the PATH.</summary>
public static class PostgresPrograms
{
    /// <summary>Names the folder of <c>initdb</c> and <c>postgres</c> when they lie elsewhere.</summary>
    public const string Variable = "CONTROLPLANE_TESTS_POSTGRES_BIN";

    private const string DebianRoot = "/usr/lib/postgresql";

    /// <exception cref="InvalidOperationException">They are not installed; the message says which package brings them.</exception>
    public static string Folder { get; } = Candidates().FirstOrDefault(IsServer)
        ?? throw new InvalidOperationException(
            "These tests need PostgreSQL's server programs, and start a server of their own. Install them (Debian: apt-get install postgresql-15), " +
            $"or set {Variable} to the folder that holds initdb and postgres.");

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given) yield return given;
        if (Directory.Exists(DebianRoot))
        {
            foreach (var version in Directory.GetDirectories(DebianRoot).OrderByDescending(Number)) yield return Path.Combine(version, "bin");
        }

        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)) yield return folder;
    }

    private static int Number(string folder) => int.TryParse(Path.GetFileName(folder), out var number) ? number : 0;

    private static bool IsServer(string folder) => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres"));
}
