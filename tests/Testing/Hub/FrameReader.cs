using System.Buffers.Binary;
using System.Net.Sockets;

namespace ControlPlane.Testing.Hub;

/// <summary>Takes the frames of a server apart into messages, which end with SignalR's separator.</summary>
internal sealed class FrameReader(HubSocket client, HubSocketHeard heard)
{
    private const byte Separator = 0x1e;
    private byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;
    private MemoryStream? _partial;

    public async Task ReadUpgradeAsync(Socket socket, CancellationToken cancellationToken)
    {
        while (_buffer.AsSpan(0, _end).IndexOf("\r\n\r\n"u8) < 0)
        {
            var received = await socket.ReceiveAsync(_buffer.AsMemory(_end), cancellationToken);
            if (received == 0) throw new IOException("The server ended the connection before it was upgraded.");
            _end += received;
        }

        if (!_buffer.AsSpan(0, _end).StartsWith("HTTP/1.1 101"u8)) throw new IOException("The server did not upgrade the connection.");
        _start = _buffer.AsSpan(0, _end).IndexOf("\r\n\r\n"u8) + 4;
    }

    /// <summary>Waits for bytes and hands over what is whole. False when the server has closed.</summary>
    public async ValueTask<bool> ReadAsync(Socket socket)
    {
        if (_start < _end && !Handle()) return false;
        MakeRoom();
        var received = await socket.ReceiveAsync(_buffer.AsMemory(_end));
        _end += received;
        return received > 0 && Handle();
    }

    private bool Handle()
    {
        while (TryTakeFrame(out var opcode, out var payload))
        {
            if (opcode == WebSocketOpcode.Close) return false;
            if (opcode == WebSocketOpcode.Ping) _ = client.SendAsync(WebSocketOpcode.Pong, payload).AsTask();
            else if (opcode is WebSocketOpcode.Text or WebSocketOpcode.Continuation) Take(payload);
        }

        return true;
    }

    private bool TryTakeFrame(out WebSocketOpcode opcode, out ReadOnlySpan<byte> payload)
    {
        opcode = default;
        payload = default;
        var bytes = _buffer.AsSpan(_start, _end - _start);
        if (bytes.Length < 2) return false;
        var (header, length) = (2, (long)(bytes[1] & 0x7f));
        if (length == 126)
        {
            if (bytes.Length < 4) return false;
            (header, length) = (4, BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]));
        }
        else if (length == 127)
        {
            if (bytes.Length < 10) return false;
            (header, length) = (10, BinaryPrimitives.ReadInt64BigEndian(bytes[2..]));
        }

        if (bytes.Length - header < length) return false;
        opcode = (WebSocketOpcode)(bytes[0] & 0x0f);
        payload = bytes.Slice(header, (int)length);
        _start += header + (int)length;
        return true;
    }

    private void Take(ReadOnlySpan<byte> payload)
    {
        while (payload.IndexOf(Separator) is >= 0 and var at)
        {
            if (_partial is { Length: > 0 })
            {
                _partial.Write(payload[..at]);
                heard(client, _partial.GetBuffer().AsSpan(0, (int)_partial.Length));
                _partial = null;
            }
            else heard(client, payload[..at]);

            payload = payload[(at + 1)..];
        }

        if (payload.Length > 0) (_partial ??= new MemoryStream()).Write(payload);
    }

    private void MakeRoom()
    {
        var left = _buffer.AsSpan(_start, _end - _start);
        if (_start > 0)
        {
            left.CopyTo(_buffer);
            (_start, _end) = (0, left.Length);
        }
        else if (_end == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
    }
}
