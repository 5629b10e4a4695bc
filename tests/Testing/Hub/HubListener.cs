using System.Buffers.Text;
using System.Diagnostics;

namespace ControlPlane.Testing.Hub;

/// <summary>A client of the hub that keeps of every message only what it must be held to: the next number of its stream, and whether the kill is engaged.</summary>
public sealed class HubListener : IDisposable
{
    private readonly TaskCompletionSource _subscribed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HubSocket? _socket;
    private long _seq;

    /// <summary>What was wrong with a message; null while nothing was.</summary>
    public string? Fault { get; private set; }

    /// <summary>As the last message about the system, or the snapshot, said.</summary>
    public bool? Engaged { get; private set; }

    /// <summary>When it last heard that the kill is engaged, or released: a timestamp.</summary>
    public long TurnedAt { get; private set; }

    public bool Ended => _socket!.Reading.IsCompleted;

    /// <summary>Connects, and returns when the snapshot is there.</summary>
    public static async Task<HubListener> OpenAsync(Uri server, string token, CancellationToken cancellationToken)
    {
        var listener = new HubListener();
        listener._socket = await HubSocket.OpenAsync(server, token, listener.Hear, cancellationToken: cancellationToken);
        await listener._subscribed.Task.WaitAsync(TimeSpan.FromSeconds(60), cancellationToken);
        return listener;
    }

    public void Dispose() => _socket?.Dispose();

    private void Hear(HubSocket client, ReadOnlySpan<byte> message)
    {
        if (message.StartsWith("{\"type\":3"u8))
        {
            Turn(message);
            _subscribed.TrySetResult();
        }
        else if (message.StartsWith("{\"type\":1"u8))
        {
            var expected = message.StartsWith("{\"type\":1,\"target\":\"beat\""u8) ? _seq : _seq + 1;
            _seq = SeqOf(message);
            if (_seq != expected) Fault ??= $"number {_seq} where {expected} was due";
            if (message.StartsWith("{\"type\":1,\"target\":\"system\""u8)) Turn(message);
        }
    }

    private void Turn(ReadOnlySpan<byte> message)
    {
        var engaged = message.IndexOf("\"engaged\":true"u8) >= 0;
        if (engaged == Engaged) return;
        TurnedAt = Stopwatch.GetTimestamp();
        Engaged = engaged;
    }

    private static long SeqOf(ReadOnlySpan<byte> message)
    {
        var member = "\"seq\":"u8;
        return Utf8Parser.TryParse(message[(message.IndexOf(member) + member.Length)..], out long seq, out _) ? seq : -1;
    }
}
