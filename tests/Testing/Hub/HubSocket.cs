using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ControlPlane.Testing.Hub;

/// <summary>A client of the hub that costs as little as can be, so that thousands fit into one process: a socket, a buffer, and a call for every message.
/// It speaks just as much of WebSockets as it has to.</summary>
public sealed class HubSocket : IDisposable
{
    private const string Upgrade =
        "GET /hubs/status HTTP/1.1\r\nHost: {0}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nAuthorization: Bearer {1}\r\n\r\n";

    private const string Subscribe =
        "{\"protocol\":\"json\",\"version\":1}\u001e{\"type\":1,\"invocationId\":\"1\",\"target\":\"Subscribe\",\"arguments\":[]}\u001e";

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly FrameReader _frames;

    private HubSocket(HubSocketHeard heard) => _frames = new FrameReader(this, heard);

    /// <summary>Which of several servers it is connected to; for whoever hears the messages.</summary>
    public int Node { get; init; }

    /// <summary>Anything that whoever hears the messages keeps about this client.</summary>
    public object? Tag { get; set; }

    /// <summary>Ends when the connection does.</summary>
    public Task Reading { get; private set; } = Task.CompletedTask;

    /// <summary>Connects and, unless <paramref name="token"/> is null, subscribes as a client of SignalR does; without a token it only listens.</summary>
    /// <param name="reads">False for a client that asks for everything and takes nothing.</param>
    /// <exception cref="IOException">The server did not upgrade.</exception>
    public static async Task<HubSocket> OpenAsync(Uri server, string? token, HubSocketHeard heard, int node = 0, bool reads = true, CancellationToken cancellationToken = default)
    {
        var client = new HubSocket(heard) { Node = node };
        try
        {
            if (!reads) client._socket.ReceiveBufferSize = 4096;
            await client._socket.ConnectAsync(IPAddress.Parse(server.Host), server.Port, cancellationToken);
            await client._socket.SendAsync(Encoding.ASCII.GetBytes(string.Format(null, Upgrade, server.Authority, token)), cancellationToken);
            await client._frames.ReadUpgradeAsync(client._socket, cancellationToken);
            if (token is not null) await client.SendAsync(WebSocketOpcode.Text, Encoding.ASCII.GetBytes(Subscribe), cancellationToken);
            if (reads) client.Reading = client.ReadAsync();
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Gone without a word.</summary>
    public void Dispose() => _socket.Dispose();

    internal ValueTask SendAsync(WebSocketOpcode opcode, ReadOnlySpan<byte> payload, CancellationToken cancellationToken = default)
    {
        // A mask of zeros changes nothing.
        var frame = new byte[payload.Length < 126 ? payload.Length + 6 : payload.Length + 8];
        frame[0] = (byte)(0x80 | (byte)opcode);
        if (payload.Length < 126) frame[1] = (byte)(0x80 | payload.Length);
        else (frame[1], frame[2], frame[3]) = (0x80 | 126, (byte)(payload.Length >> 8), (byte)payload.Length);
        payload.CopyTo(frame.AsSpan(frame.Length - payload.Length));
        return new ValueTask(_socket.SendAsync(frame, cancellationToken).AsTask());
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await _frames.ReadAsync(_socket))
            {
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection has ended.
        }
    }
}

/// <summary>Hears a message, without the separator that ends it.</summary>
public delegate void HubSocketHeard(HubSocket client, ReadOnlySpan<byte> message);
