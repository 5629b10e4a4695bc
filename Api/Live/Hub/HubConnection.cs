using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Security.Cryptography;

namespace ControlPlane.Api.Live.Hub;

/// <summary>A client of the hub: SignalR's JSON protocol straight on its WebSocket, so that a message which was written once
/// goes to each socket with one copy and no queue in between.</summary>
internal sealed partial class HubConnection(
    WebSocket socket,
    HttpContext context,
    HubPulse pulse,
    LiveFeed feed,
    LiveLog log,
    LiveSnapshots snapshots,
    LiveSystem system,
    LiveBeat beat,
    LiveAccess access,
    KeptTime kept,
    TimeProvider time,
    ILogger<LiveSubscriber> logger)
    : LiveSubscriber(access, kept, time, logger)
{
    /// <summary>Requests that may wait for their answer; a client that sends more without reading is cut.</summary>
    private const int MaxWaiting = 8;
    private const int StreamIdBytes = 12;
    private const int MaxInvocationId = 128;

    [ThreadStatic]
    private static List<LiveEntry>? t_entries;

    private readonly ConcurrentQueue<HubRequest> _waiting = new();
    private byte[] _streamId = [];
    private long _seq;
    private LiveCursor _cursor;
    private Outgoing? _outgoing;
    private bool _farewell;

    /// <summary>A snapshot on its way.</summary>
    private sealed record Outgoing(ReadOnlyMemory<byte> Rest);

    public override void Cut()
    {
        socket.Abort();
        context.Abort();
        _over.TrySetResult();
    }

    protected override Filled Fill(PooledWriter writer)
    {
        if (_farewell) return Filled.Nothing;
        if (Ending) return Farewell(writer);
        if (_outgoing is not null) return GoOn(writer);
        while (_waiting.TryDequeue(out var request))
        {
            if (request.Kind == HubRequestKind.Subscribe)
            {
                Begin(writer, request.InvocationId);
                return GoOn(writer);
            }

            Answer(writer, request);
        }

        if (Subscribed) FillChanges(writer);
        var beats = TakeBeat();
        if (beats) pulse.AskNext();
        if (beats && Subscribed) HubFrames.WriteBeat(writer, _streamId, _seq, beat.Members().Span);
        else if (beats && _shaken) writer.Write(HubFrames.Ping);
        return writer.Length > 0 ? Filled.Whole : Filled.Nothing;
    }

    protected override bool OwesTooLong(TimeSpan now, TimeSpan limit) => pulse.IsOver(now, limit);

    protected override ValueTask SendAsync(ReadOnlyMemory<byte> piece, bool endOfMessage) =>
        socket.SendAsync(piece, WebSocketMessageType.Text, endOfMessage, CancellationToken.None);

    protected override async ValueTask CloseAsync()
    {
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            await socket.CloseOutputAsync(Failed ? WebSocketCloseStatus.InternalServerError : WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        _over.TrySetResult();
    }

    private Filled Farewell(PooledWriter writer)
    {
        _farewell = true;

        // In the middle of a snapshot there is no place for another message.
        if (_outgoing is not null) throw new InvalidOperationException("The connection ends within a message.");
        writer.Write(!_shaken ? HubFrames.HandshakeError : MayReturn ? HubFrames.CloseForNow : HubFrames.CloseForGood);
        return Filled.Whole;
    }

    private void Begin(PooledWriter writer, string? invocationId)
    {
        var snapshot = snapshots.Take();
        _streamId = [.. System.Text.Encoding.ASCII.GetBytes(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(StreamIdBytes)))];
        _seq = 0;
        _cursor = snapshot.Cursor;
        HubFrames.WriteSnapshotHead(writer, invocationId ?? "", _streamId, _seq);
        _outgoing = new Outgoing(snapshot.Members);
        pulse.AskNext();
        BeatFromNow();
        Subscribed = true;
    }

    private Filled GoOn(PooledWriter writer)
    {
        var rest = _outgoing!.Rest;
        var piece = rest[..Math.Min(rest.Length, PieceBytes)];
        writer.Write(piece.Span);
        if (piece.Length < rest.Length)
        {
            _outgoing = new Outgoing(rest[piece.Length..]);
            return Filled.Part;
        }

        _outgoing = null;
        writer.Write(HubFrames.ResultEnd);
        return Filled.Whole;
    }

    private static void Answer(PooledWriter writer, HubRequest request)
    {
        if (request.Kind == HubRequestKind.Handshake) writer.Write(HubFrames.Handshake);
        else if (request.InvocationId is { } id) HubFrames.WriteError(writer, id, "There is no such method; the hub has 'Subscribe'."u8);
    }

    private void FillChanges(PooledWriter writer)
    {
        var entries = t_entries ??= [];
        entries.Clear();
        if (!log.TryTake(ref _cursor, entries, PieceBytes)) throw new TooSlowException();
        foreach (var entry in entries)
        {
            // A number that no message has: the next message or beat shows the reader that it must subscribe again.
            if (entry.Kind == LiveKind.Gone)
            {
                _seq++;
                continue;
            }

            var body = entry.Kind == LiveKind.System ? system.BodyOf(entry) : entry.Body;
            HubFrames.WriteChange(writer, entry.Kind, _streamId, ++_seq, body.Span);
        }

        entries.Clear();
    }
}
