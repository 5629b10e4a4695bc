using System.Text.Json;

namespace ControlPlane.Api.Live.Hub;

/// <summary>Messages of SignalR's JSON protocol as the hub sends them. What all readers share is copied in; only stream and sequence are each reader's own.</summary>
internal static class HubFrames
{
    /// <summary>Ends every message.</summary>
    public const byte Separator = 0x1e;

    public static ReadOnlySpan<byte> Handshake => "{}\u001e"u8;

    public static ReadOnlySpan<byte> Ping => "{\"type\":6}\u001e"u8;

    /// <summary>The process stops, or something in it failed: a client that comes again finds another connection.</summary>
    public static ReadOnlySpan<byte> CloseForNow => "{\"type\":7,\"error\":\"The connection was ended by the control plane.\",\"allowReconnect\":true}\u001e"u8;

    /// <summary>The session has ended, or the client does not keep to the protocol: coming again is no use, so a client must not do it by itself.</summary>
    public static ReadOnlySpan<byte> CloseForGood => "{\"type\":7,\"error\":\"The connection was ended by the control plane.\"}\u001e"u8;

    /// <summary>Answers anything but the handshake of a protocol that the hub speaks.</summary>
    public static ReadOnlySpan<byte> HandshakeError => "{\"error\":\"This hub speaks version 1 of the protocol 'json'.\"}\u001e"u8;

    /// <summary>A message about a row or the system.</summary>
    public static void WriteChange(PooledWriter writer, LiveKind kind, ReadOnlySpan<byte> streamId, long seq, ReadOnlySpan<byte> body)
    {
        var word = Word(kind);
        WriteHead(writer, word, streamId, seq);
        writer.Write(",\""u8);
        writer.Write(word);
        writer.Write("\":"u8);
        writer.Write(body);
        writer.Write("}]}\u001e"u8);
    }

    /// <param name="members">The beat's members and the brace that ends the object.</param>
    public static void WriteBeat(PooledWriter writer, ReadOnlySpan<byte> streamId, long seq, ReadOnlySpan<byte> members)
    {
        WriteHead(writer, "beat"u8, streamId, seq);
        writer.Write(","u8);
        writer.Write(members);
        writer.Write("]}\u001e"u8);
    }

    /// <summary>The beginning of the answer to <c>Subscribe()</c>; the snapshot's shared members and <see cref="ResultEnd"/> follow.</summary>
    public static void WriteSnapshotHead(PooledWriter writer, string invocationId, ReadOnlySpan<byte> streamId, long seq)
    {
        writer.Write("{\"type\":3,\"invocationId\":"u8);
        writer.Write(JsonSerializer.SerializeToUtf8Bytes(invocationId));
        writer.Write(",\"result\":{\"stream_id\":\""u8);
        writer.Write(streamId);
        writer.Write("\",\"seq\":"u8);
        writer.Write(seq);
        writer.Write(","u8);
    }

    public static ReadOnlySpan<byte> ResultEnd => "}\u001e"u8;

    public static void WriteError(PooledWriter writer, string invocationId, ReadOnlySpan<byte> error)
    {
        writer.Write("{\"type\":3,\"invocationId\":"u8);
        writer.Write(JsonSerializer.SerializeToUtf8Bytes(invocationId));
        writer.Write(",\"error\":\""u8);
        writer.Write(error);
        writer.Write("\"}\u001e"u8);
    }

    private static void WriteHead(PooledWriter writer, ReadOnlySpan<byte> target, ReadOnlySpan<byte> streamId, long seq)
    {
        writer.Write("{\"type\":1,\"target\":\""u8);
        writer.Write(target);
        writer.Write("\",\"arguments\":[{\"stream_id\":\""u8);
        writer.Write(streamId);
        writer.Write("\",\"seq\":"u8);
        writer.Write(seq);
    }

    private static ReadOnlySpan<byte> Word(LiveKind kind) => kind switch
    {
        LiveKind.System => "system"u8,
        LiveKind.Integration => "integration"u8,
        LiveKind.Bot => "bot"u8,
        _ => "usage"u8,
    };
}
