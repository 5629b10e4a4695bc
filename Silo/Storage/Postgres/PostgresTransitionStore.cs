using ControlPlane.Abstractions;
using ControlPlane.Grains;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres;

/// <summary>Recorded transitions in PostgreSQL.</summary>
internal sealed class PostgresTransitionStore(PostgresDatabase database) : ITransitionStore
{
    private const string Columns = "id, at, epoch, version, subject, from_value, to_value, reason, message, by_whom, trace_id, decision";

    public Task AppendAsync(IReadOnlyList<GateTransition> transitions, CancellationToken cancellationToken) => database.ExecuteAsync(
        async (connection, token) =>
        {
            // One batch is one transaction.
            await using var batch = new NpgsqlBatch(connection);
            foreach (var t in transitions)
            {
                batch.Add(
                    "INSERT INTO gate_transitions (at, epoch, version, subject, from_value, to_value, reason, message, by_whom, trace_id, decision) " +
                    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)")
                    .With(PostgresStatement.Instant(t.At)).With(t.Epoch).With(t.Version).With(t.Subject).With(t.From).With(t.To)
                    .With(t.Reason).With(t.Message).With(t.By).With(t.TraceId).With(t.Decision);
            }

            return transitions.Count == 0 ? 0 : await batch.ExecuteNonQueryAsync(token);
        },
        cancellationToken);

    public Task<Page<GateTransition>> PageAsync(
        DateTimeOffset? from, DateTimeOffset? to, int limit, string? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var cursor = PageCursor.Parse(PagedList.Transitions, before);
        var first = from is { } f ? UnixMicroseconds.From(f) : long.MinValue;

        // An instant is rounded down, so an end within a microsecond must not cut off the instants that share it.
        var end = to is { } t ? -UnixMicroseconds.FloorDivide(-(t.UtcTicks - DateTime.UnixEpoch.Ticks), TimeSpan.TicksPerMicrosecond) : long.MaxValue;
        return database.ExecuteAsync(
            (connection, token) => connection.Statement(
                $"SELECT {Columns} FROM gate_transitions WHERE at >= $1 AND at < $2 AND (at, id) < ($3, $4) ORDER BY at DESC, id DESC LIMIT $5")
                .With(PostgresStatement.Instant(first)).With(PostgresStatement.Instant(end)).With(PostgresStatement.Instant(cursor.Time))
                .With(cursor.Row).With(limit + 1L)
                .PageAsync(PagedList.Transitions, limit, Transition, row => new(row.MicrosecondsOf(1), row.GetInt64(0)), token),
            cancellationToken);
    }

    public Task<GateTransition?> LastDecisionAsync(DateTimeOffset at, CancellationToken cancellationToken) => database.ExecuteAsync(
        async (connection, token) => (await connection.Statement(
            $"SELECT {Columns} FROM gate_transitions WHERE decision IS NOT NULL AND at <= $1 ORDER BY at DESC, id DESC LIMIT 1")
            .With(PostgresStatement.Instant(at)).ListAsync(Transition, token)).FirstOrDefault(),
        cancellationToken);

    public Task MarkPresenceAsync(GatePresence presence, CancellationToken cancellationToken) => database.ExecuteAsync(
        (connection, token) => connection.Statement(
            "INSERT INTO gate_presence (epoch, from_at, until_at) VALUES ($1, $2, $3) ON CONFLICT (from_at, epoch) DO UPDATE SET until_at = excluded.until_at")
            .With(presence.Epoch).With(PostgresStatement.Instant(presence.From)).With(PostgresStatement.Instant(presence.Until)).RunAsync(token),
        cancellationToken);

    public Task<GatePresence?> PresenceAsync(DateTimeOffset at, CancellationToken cancellationToken) => database.ExecuteAsync(
        async (connection, token) => (await connection.Statement(
            "SELECT epoch, from_at, until_at FROM gate_presence WHERE from_at <= $1 ORDER BY from_at DESC, epoch DESC LIMIT 1")
            .With(PostgresStatement.Instant(at)).ListAsync(row => new GatePresence(row.GetInt64(0), row.InstantOf(1), row.InstantOf(2)), token)).FirstOrDefault(),
        cancellationToken);

    private static GateTransition Transition(NpgsqlDataReader row) => new(
        row.InstantOf(1),
        row.GetInt64(2),
        row.GetInt64(3),
        row.GetString(4),
        row.GetString(5),
        row.GetString(6),
        row.GetString(7),
        row.GetString(8),
        row.TextOf(9),
        row.TextOf(10),
        row.TextOf(11));
}
