using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ControlPlane.Benchmarks.Running;

/// <summary>A Redis server of this machine on a free loopback port, without a disk, for the length of a mode.</summary>
internal sealed class RedisPeer : IAsyncDisposable
{
    private readonly Process _process;

    private RedisPeer(Process process, int port)
    {
        _process = process;
        Configuration = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
    }

    public string Configuration { get; }

    /// <exception cref="InvalidOperationException">There is no <c>redis-server</c> on this machine.</exception>
    public static async Task<RedisPeer> StartAsync(CancellationToken cancellationToken)
    {
        var port = Ports.Free();
        var info = new ProcessStartInfo("redis-server", ["--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        Process process;
        try
        {
            process = Process.Start(info)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new InvalidOperationException("This mode needs redis-server: install the package 'redis-server'.");
        }

        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        await WaitUntilItListensAsync(port, cancellationToken);
        return new RedisPeer(process, port);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task WaitUntilItListensAsync(int port, CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await probe.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                return;
            }
            catch (SocketException) when (tries < 200)
            {
                await Task.Delay(25, cancellationToken);
            }
        }
    }
}
