using System.Buffers;
using System.Net.WebSockets;

namespace ControlPlane.Api.Live.Hub;

/// <summary>Receiving: the handshake, Subscribe, pings.</summary>
internal sealed partial class HubConnection
{
    /// <summary>Longest message that a client may send.</summary>
    private const int MaxMessageBytes = 4 * 1024;

    private readonly HubReader _reader = new();
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _shaken;

    /// <summary>Serves the connection until it ends.</summary>
    public async Task RunAsync()
    {
        try
        {
            await HandleAllAsync();
            await _over.Task;

            // Closing takes both sides; one that does not close, or goes on talking, is cut.
            while (socket.State == WebSocketState.CloseSent) await ReceiveAsync(into: null);
        }
        catch (Exception e)
        {
            if (!IsByPeer(e)) Report(e);
            Cut();
        }
    }

    /// <summary>Handles what the client says until it closes or the connection is to end.</summary>
    private async Task HandleAllAsync()
    {
        var held = new ArrayBufferWriter<byte>(256);
        try
        {
            while (await ReceiveAsync(held))
            {
                if (!await HandleAsync(held) || held.WrittenCount > MaxMessageBytes) break;
            }

            End(mayReturn: false);
        }
        catch (Exception e) when (!IsByPeer(e))
        {
            Fail(e);
        }
    }

    /// <summary>Reads what has come; while nothing has, no buffer is held. False when the peer closed.</summary>
    /// <param name="into">Null when nobody listens any more.</param>
    private async Task<bool> ReceiveAsync(ArrayBufferWriter<byte>? into)
    {
        await socket.ReceiveAsync(Memory<byte>.Empty, context.RequestAborted);
        var buffer = ArrayPool<byte>.Shared.Rent(MaxMessageBytes);
        try
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
            if (received.MessageType == WebSocketMessageType.Close) return false;
            into?.Write(buffer.AsSpan(0, received.Count));
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Handles the whole messages and keeps the rest. False when the connection is to end.</summary>
    private async Task<bool> HandleAsync(ArrayBufferWriter<byte> held)
    {
        var bytes = new ReadOnlySequence<byte>(held.WrittenMemory);
        while (_reader.TryRead(ref bytes, out var request))
        {
            if (!await HandleAsync(request)) return false;
        }

        var rest = bytes.ToArray();
        held.ResetWrittenCount();
        held.Write(rest);
        return true;
    }

    private async Task<bool> HandleAsync(HubRequest request)
    {
        switch (request.Kind)
        {
            case HubRequestKind.Close or HubRequestKind.Malformed:
                return false;
            case HubRequestKind.Nothing:
                return true;
            case HubRequestKind.Handshake:
                _shaken = true;
                break;
            case HubRequestKind.Subscribe:
                await feed.ReadyAsync(context.RequestAborted);
                break;
        }

        if (_waiting.Count >= MaxWaiting || request.InvocationId?.Length > MaxInvocationId) return false;
        _waiting.Enqueue(request);
        Wake();
        return true;
    }
}
