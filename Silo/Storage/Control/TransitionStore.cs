using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control;

/// <summary>Recorded transitions.</summary>
internal sealed class TransitionStore(IControlDatabase database) : ITransitionStore
{
    private static readonly ColumnList s_columns = new("at, epoch, version, subject, from_value, to_value, reason, message, by_whom, trace_id, decision");

    public Task AppendAsync(IReadOnlyList<GateTransition> transitions, CancellationToken cancellationToken) => database.WriteAsync(
        WriteScope.Control(transitions.Count),
        session => session.RunAllAsync(
            $"INSERT INTO gate_transitions ({s_columns.Names}) VALUES ({s_columns.Values})", [.. transitions.Select(Row.Of)]),
        cancellationToken);

    public Task<Page<GateTransition>> PageAsync(
        DateTimeOffset? from, DateTimeOffset? to, int limit, string? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var cursor = PageCursor.Parse(PagedList.Transitions, before);
        var first = from is { } f ? (Instant)f : new Instant(long.MinValue);

        // An instant is rounded down, so an end within a microsecond must not cut off the instants that share it.
        var end = new Instant(to is { } t ? -UnixMicroseconds.FloorDivide(-(t.UtcTicks - DateTime.UnixEpoch.Ticks), TimeSpan.TicksPerMicrosecond) : long.MaxValue);
        return database.PageAsync<Row, GateTransition>(
            PagedList.Transitions,
            limit,
            $"SELECT {s_columns.Names}, id AS row_id, at AS row_at FROM gate_transitions " +
            "WHERE at >= @First AND at < @End AND (at, id) < (@Time, @Row) ORDER BY at DESC, id DESC",
            new { First = first, End = end, Time = new Instant(cursor.Time), cursor.Row },
            row => row.Transition(),
            cancellationToken);
    }

    public async Task<GateTransition?> LastDecisionAsync(DateTimeOffset at, CancellationToken cancellationToken) => (await database.FirstAsync<Row>(
        $"SELECT {s_columns.Names} FROM gate_transitions WHERE decision IS NOT NULL AND at <= @At ORDER BY at DESC, id DESC LIMIT 1",
        new { At = (Instant)at },
        cancellationToken))?.Transition();

    public Task MarkPresenceAsync(GatePresence presence, CancellationToken cancellationToken) => database.RunAsync(
        "INSERT INTO gate_presence (epoch, from_at, until_at) VALUES (@Epoch, @FromAt, @UntilAt) ON CONFLICT (from_at, epoch) DO UPDATE SET until_at = excluded.until_at",
        new PresenceRow { Epoch = presence.Epoch, FromAt = presence.From, UntilAt = presence.Until },
        cancellationToken);

    public async Task<GatePresence?> PresenceAsync(DateTimeOffset at, CancellationToken cancellationToken) => await database.FirstAsync<PresenceRow>(
        "SELECT epoch, from_at, until_at FROM gate_presence WHERE from_at <= @At ORDER BY from_at DESC, epoch DESC LIMIT 1",
        new { At = (Instant)at },
        cancellationToken) is { } row ? new(row.Epoch, row.FromAt, row.UntilAt) : null;

    private sealed class Row : PageRow
    {
        public Instant At { get; init; }
        public long Epoch { get; init; }
        public long Version { get; init; }
        public string Subject { get; init; } = "";
        public string FromValue { get; init; } = "";
        public string ToValue { get; init; } = "";
        public string Reason { get; init; } = "";
        public string Message { get; init; } = "";
        public string? ByWhom { get; init; }
        public string? TraceId { get; init; }
        public string? Decision { get; init; }

        public static Row Of(GateTransition t) => new()
        {
            At = t.At,
            Epoch = t.Epoch,
            Version = t.Version,
            Subject = t.Subject,
            FromValue = t.From,
            ToValue = t.To,
            Reason = t.Reason,
            Message = t.Message,
            ByWhom = t.By,
            TraceId = t.TraceId,
            Decision = t.Decision,
        };

        public GateTransition Transition() => new(At, Epoch, Version, Subject, FromValue, ToValue, Reason, Message, ByWhom, TraceId, Decision);
    }

    private sealed class PresenceRow
    {
        public long Epoch { get; init; }
        public Instant FromAt { get; init; }
        public Instant UntilAt { get; init; }
    }
}
