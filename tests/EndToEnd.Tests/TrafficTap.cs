using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>Stands between a client and a server on loopback, passes every byte on, and keeps it.</summary>
internal sealed class TrafficTap : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly MemoryStream _bytes = new();
    private readonly Uri _target;

    public TrafficTap(Uri target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>What went either way so far.</summary>
    public string Text
    {
        get
        {
            lock (_bytes) return Encoding.Latin1.GetString(_bytes.ToArray());
        }
    }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            await server.ConnectAsync(_target.Host, _target.Port);
            await Task.WhenAny(PassAsync(client.GetStream(), server.GetStream()), PassAsync(server.GetStream(), client.GetStream()));
        }
    }

    private async Task PassAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await from.ReadAsync(buffer)) > 0)
        {
            lock (_bytes) _bytes.Write(buffer, 0, count);
            await to.WriteAsync(buffer.AsMemory(0, count));
        }
    }
}
