using System.Net;
using System.Net.Sockets;

namespace ControlPlane.Benchmarks.Alerts;

/// <summary>Receivers of alerts that take a connection, read what comes, and never answer.</summary>
internal sealed class HangingReceivers : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private int _taken;

    public HangingReceivers()
    {
        _listener.Start(512);
        _ = AcceptAsync();
    }

    /// <summary>Deliveries that came, none of which was answered.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Settings of a program that tells this many of them.</summary>
    public Dictionary<string, string> Settings(int count)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["ControlPlane__Alerts__RepeatSeconds"] = "30", ["ControlPlane__Alerts__HoldSeconds"] = "1" };
        for (var i = 0; i < count; i++)
        {
            settings[$"ControlPlane__Alerts__Channels__hang{i}__Kind"] = "webhook";
            settings[$"ControlPlane__Alerts__Channels__hang{i}__Url"] = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/{i}";
        }

        return settings;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _taken);
                _ = SwallowAsync(client);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The benchmark is over.
        }
    }

    private async Task SwallowAsync(TcpClient client)
    {
        using (client)
        {
            var buffer = new byte[16 * 1024];
            try
            {
                while (await client.GetStream().ReadAsync(buffer, _stop.Token) > 0)
                {
                }
            }
            catch (Exception gone) when (gone is OperationCanceledException or IOException or ObjectDisposedException)
            {
                // The sender has given up, as it must.
            }
        }
    }
}
