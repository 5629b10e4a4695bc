using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ControlPlane.Testing.Postgres;

/// <summary>A PostgreSQL server of its own on a free loopback port, its data in a temporary folder. It can be killed, frozen and restarted.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>The system user that runs it when the tests run as root, whom PostgreSQL refuses.</summary>
    internal const string SystemUser = "postgres";

    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);
    private readonly DirectoryInfo _root;
    private readonly bool _durable;
    private readonly ConcurrentQueue<string> _log = new();
    private Process? _process;
    private IReadOnlyList<int> _frozen = [];

    private PostgresServer(DirectoryInfo root, bool durable)
    {
        _root = root;
        _durable = durable;
        Port = FreePort();
    }

    public int Port { get; }

    /// <summary>The server's first process; the others are its children.</summary>
    public int ProcessId => _process!.Id;

    /// <summary>Of the superuser <c>postgres</c>; made up anew by every test program.</summary>
    public string Password { get; } = PostgresTemplate.Password;

    /// <summary>What the server has logged.</summary>
    public string Log => string.Join('\n', _log);

    /// <param name="durable">True when the test is about durability: then the server waits for its disk.</param>
    public static async Task<PostgresServer> StartAsync(bool durable = false)
    {
        var root = Directory.CreateTempSubdirectory("postgres-");
        var server = new PostgresServer(root, durable);
        try
        {
            await server.InitializeAsync();
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public string ConnectionString(string database, string user = "postgres", string? password = null) =>
        $"Host=127.0.0.1;Port={Port};Database={database};Username={user};Password={password ?? Password}";

    /// <summary>Makes a database: empty, or a copy of another one that nobody is connected to.</summary>
    /// <returns>Its connection string for the superuser.</returns>
    public async Task<string> CreateDatabaseAsync(string name, string template = "template0")
    {
        await RunAsync("createdb", "-h", "127.0.0.1", "-p", $"{Port}", "-U", "postgres", "-T", template, name);
        return ConnectionString(name);
    }

    /// <summary>Runs statements of a document, as one of its readers would.</summary>
    public Task RunSqlAsync(string database, string user, string sql) =>
        RunAsync("psql", "-h", "127.0.0.1", "-p", $"{Port}", "-U", user, "-d", database, "-v", "ON_ERROR_STOP=1", "-q", "-c", sql);

    /// <summary>SIGKILL to the server and all its processes: nothing gets to tidy up.</summary>
    public Task KillAsync() => EndAsync(process =>
    {
        foreach (var id in UnixSignals.Family(process)) UnixSignals.Send(id, UnixSignals.Kill);
    });

    /// <summary>An immediate shutdown: no checkpoint, recovery at the next start.</summary>
    public Task StopImmediatelyAsync() => EndAsync(process => UnixSignals.Send(process, UnixSignals.Quit));

    /// <summary>A fast shutdown: sessions are ended, the data is written.</summary>
    public Task StopAsync() => EndAsync(process => UnixSignals.Send(process, UnixSignals.Int));

    /// <summary>SIGSTOP to the server and all its processes: connections stay open and nobody answers.</summary>
    public void Freeze()
    {
        // The server first, and its processes until there are no new ones: it may have been starting one.
        UnixSignals.Send(_process!.Id, UnixSignals.Stop);
        int before;
        do
        {
            before = _frozen.Count;
            _frozen = UnixSignals.Family(_process.Id);
            foreach (var id in _frozen) UnixSignals.Send(id, UnixSignals.Stop);
        }
        while (_frozen.Count > before);
    }

    public void Thaw()
    {
        foreach (var id in _frozen) UnixSignals.Send(id, UnixSignals.Continue);
        _frozen = [];
    }

    /// <summary>Starts it on the same port and data, and returns when it accepts connections.</summary>
    public async Task StartAgainAsync()
    {
        var accepting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process { StartInfo = Command("postgres", Settings()) };
        process.ErrorDataReceived += (_, e) => Take(e.Data, accepting);
        process.OutputDataReceived += (_, e) => Take(e.Data, accepting);
        process.Start();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        _process = process;
        var first = await Task.WhenAny(accepting.Task, process.WaitForExitAsync(), Task.Delay(s_timeout));
        if (first != accepting.Task) throw new InvalidOperationException("PostgreSQL did not come to accept connections:\n" + Log);
    }

    public Task DropDatabaseAsync(string name) => RunAsync("dropdb", "-h", "127.0.0.1", "-p", $"{Port}", "-U", "postgres", "--force", name);

    public async ValueTask DisposeAsync()
    {
        Thaw();
        if (_process is { HasExited: false }) await KillAsync();
        _process?.Dispose();
        _root.Delete(recursive: true);
    }

    private string DataFolder => Path.Combine(_root.FullName, "data");

    private string[] Settings()
    {
        string[] settings =
        [
            $"port={Port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200", "shared_buffers=64MB", "max_wal_size=2GB",
            "logging_collector=off", "lc_messages=C", "timezone=Asia/Kolkata",
            $"fsync={(_durable ? "on" : "off")}", $"full_page_writes={(_durable ? "on" : "off")}", "synchronous_commit=on",
        ];
        return ["-D", DataFolder, .. settings.SelectMany(s => new[] { "-c", s })];
    }

    private async Task InitializeAsync()
    {
        var template = await PostgresTemplate.DataAsync();
        if (Environment.IsPrivilegedProcess) await RunProcessAsync(new ProcessStartInfo("chown", [$"{SystemUser}:", _root.FullName]));
        await RunProcessAsync(new ProcessStartInfo("cp", ["-a", template, DataFolder]));
    }

    private async Task EndAsync(Action<int> end)
    {
        end(_process!.Id);
        using var timeout = new CancellationTokenSource(s_timeout);
        await _process.WaitForExitAsync(timeout.Token);
        _frozen = [];
    }

    private Task RunAsync(string program, params string[] arguments)
    {
        var command = Command(program, arguments);
        command.Environment["PGPASSWORD"] = Password;
        return RunProcessAsync(command);
    }

    internal static async Task RunProcessAsync(ProcessStartInfo command)
    {
        command.RedirectStandardOutput = command.RedirectStandardError = true;
        using var process = Process.Start(command)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{command.FileName} failed:\n{await output}{await error}");
    }

    internal static ProcessStartInfo Command(string program, params string[] arguments)
    {
        var path = Path.Combine(PostgresPrograms.Folder, program);
        var command = Environment.IsPrivilegedProcess
            ? new ProcessStartInfo("setpriv", [$"--reuid={SystemUser}", $"--regid={SystemUser}", "--init-groups", path, .. arguments])
            : new ProcessStartInfo(path, arguments);
        command.WorkingDirectory = Path.GetTempPath();
        command.RedirectStandardOutput = command.RedirectStandardError = true;
        command.Environment["LC_ALL"] = "C";
        return command;
    }

    private void Take(string? line, TaskCompletionSource accepting)
    {
        if (line is null) return;
        _log.Enqueue(line);
        if (line.Contains("ready to accept connections", StringComparison.Ordinal)) accepting.TrySetResult();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
