using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ControlPlane.Grains.Tests.Integrations.Verification.Services;

/// <summary>Debian's redis-server on a free loopback port, without a disk.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private const string Program = "/usr/bin/redis-server";
    private readonly Process _process;

    private RedisServer(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public static bool Installed => File.Exists(Program);

    /// <param name="settings">For example <c>--requirepass secret</c>, each word by itself.</param>
    /// <param name="tls">PEM files of certificate and key; then the port is one of TLS.</param>
    public static async Task<RedisServer> StartAsync((string Certificate, string Key)? tls = null, params string[] settings)
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        string[] ports = tls is var (certificate, key)
            ? ["--port", "0", "--tls-port", $"{port}", "--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", certificate, "--tls-auth-clients", "no"]
            : ["--port", $"{port}"];
        var process = Process.Start(new ProcessStartInfo(Program, [.. ports, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", .. settings]) { RedirectStandardOutput = true, WorkingDirectory = Path.GetTempPath() })!;
        var server = new RedisServer(process, port);
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.Contains("Ready to accept connections", StringComparison.Ordinal) == true) ready.TrySetResult();
        };
        process.BeginOutputReadLine();
        if (await Task.WhenAny(ready.Task, process.WaitForExitAsync(), Task.Delay(TimeSpan.FromSeconds(120))) == ready.Task) return server;
        await server.DisposeAsync();
        throw new InvalidOperationException("redis-server did not come to accept connections.");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
