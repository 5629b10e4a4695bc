using System.Net;
using System.Net.Sockets;

namespace ControlPlane.Benchmarks.Hub;

/// <summary>How the process of the readers tells the process that sends that all of them have heard: one byte on a socket of its own.</summary>
internal sealed class ControlLine : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly byte[] _one = new byte[1];
    private Socket? _line;

    public ControlLine()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(1);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>The readers of before are gone; others will come.</summary>
    public void Reset()
    {
        _line?.Dispose();
        _line = null;
    }

    /// <summary>Waits until all have heard once more.</summary>
    public async Task AllHeardAsync()
    {
        _line ??= await _listener.AcceptAsync();
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        if (await _line.ReceiveAsync(_one, timeout.Token) == 0) throw new InvalidOperationException("The readers are gone.");
    }

    public void Dispose()
    {
        _line?.Dispose();
        _listener.Dispose();
    }
}
