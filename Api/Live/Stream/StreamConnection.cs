using System.Text;

namespace ControlPlane.Api.Live.Stream;

/// <summary>A reader of the stream: server-sent events <c>status</c> and <c>heartbeat</c>.</summary>
internal sealed class StreamConnection(
    HttpContext context, string traceId, LiveLog log, LiveSystem system, LiveHeartbeat beat, LiveAccess access, LagCompensatedClock kept, TimeProvider time, ILogger<LiveSubscriber> logger)
    : LiveSubscriber(access, kept, time, logger)
{
    [ThreadStatic]
    private static List<LiveEntry>? t_entries;

    private readonly byte[] _traceId = Encoding.ASCII.GetBytes(traceId);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LiveCursor _cursor;
    private bool _farewell;

    /// <summary>Serves the connection until it ends.</summary>
    public async Task RunAsync()
    {
        using var gone = context.RequestAborted.UnsafeRegister(static over => ((TaskCompletionSource)over!).TrySetResult(), _over);
        Wake();
        await _over.Task;
    }

    public override void Abort()
    {
        context.Abort();
        _over.TrySetResult();
    }

    protected override Func<Task>? Next() => Send(writer =>
    {
        if (!Subscribed) Begin(writer);
        else FillChanges(writer);
        if (TakeHeartbeat()) WriteEvent(writer, "heartbeat"u8, beat.Members().Span);
    });

    protected override Func<Task>? CloseMessage()
    {
        if (_farewell) return null;
        _farewell = true;
        return Send(static writer => writer.Write(": the control plane ends this stream\n\n"u8));
    }

    private Func<Task>? Send(Action<PooledWriter> fill)
    {
        var writer = new PooledWriter();
        try
        {
            fill(writer);
        }
        catch
        {
            writer.Dispose();
            throw;
        }

        if (writer.Length > 0) return () => SendAsync(writer);
        writer.Dispose();
        return null;
    }

    private async Task SendAsync(PooledWriter writer)
    {
        using (writer) await context.Response.BodyWriter.WriteAsync(writer.Written, context.RequestAborted);
    }

    protected override ValueTask CloseAsync()
    {
        _over.TrySetResult();
        return ValueTask.CompletedTask;
    }

    private void Begin(PooledWriter writer)
    {
        _cursor = log.End;
        writer.Write("retry: 1000\n\n"u8);
        WriteStatus(writer, system.Now().Span);
        HeartbeatFromNow();
        Subscribed = true;
    }

    private void FillChanges(PooledWriter writer)
    {
        var entries = t_entries ??= [];
        entries.Clear();

        // Rows are not this reader's: it stands at their end.
        _cursor = _cursor with { Rows = long.MaxValue };
        if (!log.TryTake(ref _cursor, entries, PieceBytes)) throw new TooSlowException();
        foreach (var entry in entries) WriteStatus(writer, system.BodyOf(entry).Span);
        entries.Clear();
    }

    // The status is written once for all, each reader's own trace id takes the place of the one in it.
    private void WriteStatus(PooledWriter writer, ReadOnlySpan<byte> body)
    {
        var at = body.IndexOf(TraceIdMember) + TraceIdMember.Length;
        writer.Write("event: status\ndata: "u8);
        writer.Write(body[..at]);
        writer.Write(_traceId);
        writer.Write(body[(at + _traceId.Length)..]);
        writer.Write("\n\n"u8);
    }

    private static ReadOnlySpan<byte> TraceIdMember => "\"trace_id\":\""u8;

    private void WriteEvent(PooledWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> members)
    {
        writer.Write("event: "u8);
        writer.Write(name);
        writer.Write("\ndata: {\"trace_id\":\""u8);
        writer.Write(_traceId);
        writer.Write("\","u8);
        writer.Write(members);
        writer.Write("\n\n"u8);
    }
}
