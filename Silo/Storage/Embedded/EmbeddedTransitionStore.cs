using ControlPlane.Abstractions;
using ControlPlane.Grains;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>Recorded transitions in the embedded database.</summary>
internal sealed class EmbeddedTransitionStore(EmbeddedDatabase database) : ITransitionStore
{
    private const string Columns = "id, at, epoch, version, subject, from_value, to_value, reason, message, by_whom, trace_id, decision";

    public Task AppendAsync(IReadOnlyList<GateTransition> transitions, CancellationToken cancellationToken) =>
        database.WriteAsync(WriteLane.Control, transitions.Count, session => Append(session, transitions), cancellationToken);

    public Task<Page<GateTransition>> PageAsync(
        DateTimeOffset? from, DateTimeOffset? to, int limit, string? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var cursor = PageCursor.Parse(PagedList.Transitions, before);
        var first = from is { } f ? UnixMicroseconds.From(f) : long.MinValue;

        // An instant is rounded down, so an end within a microsecond must not cut off the instants that share it.
        var end = to is { } t ? -UnixMicroseconds.FloorDivide(-(t.UtcTicks - DateTime.UnixEpoch.Ticks), TimeSpan.TicksPerMicrosecond) : long.MaxValue;
        return database.ReadAsync(
            session => PageQuery.Read(
                PagedList.Transitions,
                limit,
                session.Prepare(
                    $"SELECT {Columns} FROM gate_transitions WHERE at >= ? AND at < ? AND (at, id) < (?, ?) ORDER BY at DESC, id DESC LIMIT ?")
                    .With(first).With(end).With(cursor.Time).With(cursor.Row).With(limit + 1L),
                Transition,
                row => new(row.Int64(1), row.Int64(0))),
            cancellationToken);
    }

    public Task<GateTransition?> LastDecisionAsync(DateTimeOffset at, CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            var row = session
                .Prepare($"SELECT {Columns} FROM gate_transitions WHERE decision IS NOT NULL AND at <= ? ORDER BY at DESC, id DESC LIMIT 1")
                .With(UnixMicroseconds.From(at));
            var found = row.Read() ? Transition(row) : null;
            row.Reset();
            return found;
        },
        cancellationToken);

    public Task MarkPresenceAsync(GatePresence presence, CancellationToken cancellationToken) => database.WriteAsync(
        WriteLane.Control,
        rows: 1,
        session => session.Prepare(
            "INSERT INTO gate_presence (epoch, from_at, until_at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET until_at = excluded.until_at")
            .With(presence.Epoch).With(UnixMicroseconds.From(presence.From)).With(UnixMicroseconds.From(presence.Until)).Run(),
        cancellationToken);

    public Task<GatePresence?> PresenceAsync(DateTimeOffset at, CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            var row = session
                .Prepare("SELECT epoch, from_at, until_at FROM gate_presence WHERE from_at <= ? ORDER BY from_at DESC, epoch DESC LIMIT 1")
                .With(UnixMicroseconds.From(at));
            var found = row.Read() ? new GatePresence(row.Int64(0), row.Instant(1), row.Instant(2)) : null;
            row.Reset();
            return found;
        },
        cancellationToken);

    private static int Append(SqliteSession session, IReadOnlyList<GateTransition> transitions)
    {
        var insert = session.Prepare(
            "INSERT INTO gate_transitions (at, epoch, version, subject, from_value, to_value, reason, message, by_whom, trace_id, decision) " +
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        foreach (var t in transitions)
        {
            insert.With(UnixMicroseconds.From(t.At)).With(t.Epoch).With(t.Version).With(t.Subject).With(t.From).With(t.To)
                .With(t.Reason).With(t.Message).With(t.By).With(t.TraceId).With(t.Decision).Run();
        }

        return transitions.Count;
    }

    private static GateTransition Transition(Statement row) => new(
        row.Instant(1),
        row.Int64(2),
        row.Int64(3),
        row.Text(4),
        row.Text(5),
        row.Text(6),
        row.Text(7),
        row.Text(8),
        row.NullableText(9),
        row.NullableText(10),
        row.NullableText(11));
}
