using System.Diagnostics;
using System.Security.Cryptography;

namespace ControlPlane.Testing.Postgres;

/// <summary>The data folder that the servers of one test program are copied from: <c>initdb</c> costs seven times what a copy costs.</summary>
internal static class PostgresTemplate
{
    private static readonly Lazy<Task<string>> s_data = new(MakeAsync);

    /// <summary>Of the superuser in each copy.</summary>
    public static string Password { get; } = "pg-" + RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>The folder, made at the first call and deleted when the program ends.</summary>
    public static Task<string> DataAsync() => s_data.Value;

    private static async Task<string> MakeAsync()
    {
        var root = Directory.CreateTempSubdirectory("postgres-template-");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => root.Delete(recursive: true);
        var secret = Path.Combine(root.FullName, "password");
        await File.WriteAllTextAsync(secret, Password);
        if (Environment.IsPrivilegedProcess) await PostgresServer.RunProcessAsync(new ProcessStartInfo("chown", ["-R", $"{PostgresServer.SystemUser}:", root.FullName]));
        var data = Path.Combine(root.FullName, "data");
        await PostgresServer.RunProcessAsync(PostgresServer.Command("initdb", "-D", data, "-U", "postgres", "--auth=scram-sha-256", $"--pwfile={secret}", "-E", "UTF8", "--locale=C", "--no-sync"));
        File.Delete(secret);
        return data;
    }
}
