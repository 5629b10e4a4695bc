using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ControlPlane.Testing.Postgres;

/// <summary>A PgBouncer in front of a test server, on a free loopback port.</summary>
public sealed class PgBouncer : IAsyncDisposable
{
    private const string SystemUser = "postgres";
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);
    private readonly DirectoryInfo _folder;
    private readonly Process _process;

    private PgBouncer(DirectoryInfo folder, Process process, int port) => (_folder, _process, Port) = (folder, process, port);

    public int Port { get; }

    /// <param name="mode"><c>session</c> or <c>transaction</c>.</param>
    /// <param name="ignored">Startup parameters that it drops without a word.</param>
    public static async Task<PgBouncer> StartAsync(PostgresServer server, string mode, string ignored = "")
    {
        var folder = Directory.CreateTempSubdirectory("pgbouncer-");
        var port = FreePort();
        var users = Path.Combine(folder.FullName, "users.txt");
        var settings = Path.Combine(folder.FullName, "pgbouncer.ini");
        await File.WriteAllTextAsync(users, $"\"postgres\" \"{server.Password}\"\n");
        await File.WriteAllTextAsync(settings, $"""
            [databases]
            * = host=127.0.0.1 port={server.Port}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = plain
            auth_file = {users}
            pool_mode = {mode}
            default_pool_size = 60
            ignore_startup_parameters = {ignored}
            """);
        var privileged = Environment.IsPrivilegedProcess;
        if (privileged)
        {
            using var owner = Process.Start("chown", ["-R", $"{SystemUser}:", folder.FullName]);
            await owner.WaitForExitAsync();
        }

        var info = privileged
            ? new ProcessStartInfo("setpriv", [$"--reuid={SystemUser}", $"--regid={SystemUser}", "--init-groups", "pgbouncer", "-q", settings])
            : new ProcessStartInfo("pgbouncer", ["-q", settings]);
        info.WorkingDirectory = Path.GetTempPath();
        var bouncer = new PgBouncer(folder, Process.Start(info)!, port);
        await bouncer.WaitAsync();
        return bouncer;
    }

    public string ConnectionString(PostgresServer server, string database) => $"Host=127.0.0.1;Port={Port};Database={database};Username=postgres;Password={server.Password}";

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task WaitAsync()
    {
        var waited = Stopwatch.StartNew();
        while (!_process.HasExited && waited.Elapsed < s_timeout)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50);
            }
        }

        throw new InvalidOperationException("PgBouncer did not come to accept connections.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
