using ControlPlane.Abstractions;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres.Usage;

/// <summary>Rows of events as pages need them. The planner must not read a day from end to end for them.</summary>
internal static class UsageEventRows
{
    private const string Columns =
        "id, occurred_at, event_id, user_id, bot_id, provider, operation, status, http_status, latency_ms, trace_id, error_code, source, input_tokens, output_tokens";

    /// <summary>Listed events of a provider, in [from, to) and before the cursor, newest first.</summary>
    public static Task<List<UsageRow>> ListedAsync(
        NpgsqlConnection connection, string provider, long from, long to, PageCursor cursor, long limit, CancellationToken cancellationToken, bool failedOnly = false) =>
        ReadAsync(connection, failedOnly ? "listed AND status <> 0" : "listed", provider, from, to, cursor, limit, cancellationToken);

    /// <summary>The same of events that are not listed: a look at every event of that time, so that it should be short.</summary>
    public static async Task<List<UsageRow>> UnlistedAsync(
        NpgsqlConnection connection, string provider, long from, long to, PageCursor cursor, long limit, CancellationToken cancellationToken, bool failedOnly = false)
    {
        await connection.Statement("SET LOCAL enable_seqscan = off").RunAsync(cancellationToken);
        return await ReadAsync(connection, failedOnly ? "NOT listed AND status <> 0" : "NOT listed", provider, from, to, cursor, limit, cancellationToken);
    }

    private static Task<List<UsageRow>> ReadAsync(
        NpgsqlConnection connection, string kind, string provider, long from, long to, PageCursor cursor, long limit, CancellationToken cancellationToken) =>
        connection.Statement(
            $"SELECT {Columns} FROM integration_usage_events WHERE {kind} AND provider = $1 AND occurred_at >= $2 AND occurred_at < $3 " +
            "AND (occurred_at, id) < ($4, $5) ORDER BY occurred_at DESC, id DESC LIMIT $6")
            .With(provider).With(PostgresStatement.Instant(from)).With(PostgresStatement.Instant(to))
            .With(PostgresStatement.Instant(cursor.Time)).With(cursor.Row).With(limit).ListAsync(Row, cancellationToken);

    private static UsageRow Row(NpgsqlDataReader row) => new(
        new(row.MicrosecondsOf(1), row.GetInt64(0)),
        new UsageEvent(
            row.GetGuid(2),
            row.InstantOf(1),
            row.TextOf(3),
            row.TextOf(4),
            row.GetString(5),
            row.GetString(6),
            (UsageStatus)row.GetInt16(7),
            row.NumberOf(8),
            row.NumberOf(9),
            row.TextOf(10),
            row.TextOf(11))
        {
            Source = (UsageSource)row.GetInt16(12),
            InputTokens = row.LongOf(13),
            OutputTokens = row.LongOf(14),
        });
}

/// <summary>An event and its place in the order of pages.</summary>
internal readonly record struct UsageRow(PageCursor Position, UsageEvent Event);
