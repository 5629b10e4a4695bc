using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.SignalR;

namespace ControlPlane.Api.Live.Hub;

/// <summary>A client of the hub. Its mailbox is its position in the log. Its pump sends one message after the other, and delays no other
/// client.</summary>
internal sealed class HubSubscriber(
    HubCallerContext connection,
    IClientProxy client,
    HubKeepAlive pulse,
    LiveLog log,
    LiveSnapshots snapshots,
    LiveSystem system,
    LiveHeartbeat beat,
    LiveAccess access,
    LagCompensatedClock kept,
    TimeProvider time,
    ILogger<LiveSubscriber> logger)
    : LiveSubscriber(access, kept, time, logger)
{
    private const int StreamIdBytes = 12;
    private volatile Subscription? _subscription;
    private bool _ended;

    /// <summary>One subscription. Touched by the pump alone once it has begun.</summary>
    private sealed class Subscription(string id, LiveCursor cursor)
    {
        public string Id { get; } = id;
        public LiveCursor Cursor = cursor;
        public long Seq;
    }

    /// <summary>The snapshot to answer with. Changes follow once it has been written to the connection, never before.</summary>
    public LiveFrame Begin()
    {
        var snapshot = snapshots.Take();
        var stream = new Subscription(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(StreamIdBytes)), snapshot.Cursor);
        return new LiveFrame(stream.Id, seq: 0, member: null, snapshot.Members, written: () =>
        {
            _subscription = stream;
            HeartbeatFromNow();
            Subscribed = true;
            pulse.AskNext();
            Wake();
        });
    }

    public override void Abort()
    {
        connection.Abort();

        // A blocked socket would delay an orderly close.
        connection.GetHttpContext()?.Abort();
    }

    protected override Func<Task>? Next()
    {
        if (_subscription is not { } stream) return null;
        var entries = new List<LiveEntry>();
        if (!log.TryTake(ref stream.Cursor, entries, PieceBytes)) throw new TooSlowException();
        var beats = TakeHeartbeat();
        if (beats) pulse.AskNext();
        return entries.Count > 0 || beats ? () => SendAsync(stream, entries, beats) : null;
    }

    protected override Func<Task>? CloseMessage()
    {
        if (_ended) return null;
        _ended = true;
        return static () => Task.CompletedTask;
    }

    protected override ValueTask CloseAsync()
    {
        // On an orderly close SignalR tells the client that it may reconnect. After an abort it tells nothing.
        if (connection.Features.Get<IConnectionLifetimeNotificationFeature>() is { } closing) closing.RequestClose();
        else connection.Abort();
        return ValueTask.CompletedTask;
    }

    protected override bool OwesTooLong(TimeSpan now, TimeSpan limit) => pulse.IsOver(now, limit);

    private async Task SendAsync(Subscription stream, List<LiveEntry> entries, bool beats)
    {
        foreach (var entry in entries)
        {
            stream.Seq++;

            // This sequence number is not sent. The gap tells the client to subscribe again.
            if (entry.Kind == LiveKind.Gone) continue;
            var (word, body) = entry.Kind == LiveKind.System ? ("system", system.BodyOf(entry)) : (Word(entry.Kind), entry.Body);
            await client.SendAsync(word, new LiveFrame(stream.Id, stream.Seq, word, body));
        }

        if (beats) await client.SendAsync("beat", new LiveFrame(stream.Id, stream.Seq, member: null, beat.Members()));
    }

    private static string Word(LiveKind kind) => kind switch
    {
        LiveKind.Integration => "integration",
        LiveKind.Bot => "bot",
        _ => "usage",
    };
}
