using System.Diagnostics;
using ControlPlane.Abstractions;
using ControlPlane.Silo.Storage.Postgres.Usage;
using Npgsql;
using UsageCall = ControlPlane.Silo.Storage.Postgres.Usage.UsageCall;

namespace ControlPlane.Benchmarks.Schema;

/// <summary>The product's tables of usage as its migrations make them, and the customary one beside them: a primary key on the event's id and an index
/// by provider and time. Both get the same events by binary COPY, encoded before the clock starts.</summary>
internal static class SchemaTables
{
    private const int RowsPerTransaction = 10_000;

    public const string Customary = """
        CREATE TABLE customary (
            event_id uuid PRIMARY KEY, occurred_at timestamptz NOT NULL, http_status integer, latency_ms integer, status smallint NOT NULL,
            provider text NOT NULL, operation text NOT NULL, user_id text, bot_id text, trace_id text, error_code text);
        CREATE INDEX customary_by_provider ON customary (provider, occurred_at);
        """;

    private const string CopyIds = "COPY usage_event_ids (event_id, day) FROM STDIN (FORMAT BINARY)";

    private const string CopyEvents =
        "COPY integration_usage_events (occurred_at, id, event_id, http_status, latency_ms, status, listed, provider, operation, user_id, bot_id, trace_id, error_code) FROM STDIN (FORMAT BINARY)";

    private const string CopyCustomary =
        "COPY customary (event_id, occurred_at, http_status, latency_ms, status, provider, operation, user_id, bot_id, trace_id, error_code) FROM STDIN (FORMAT BINARY)";

    /// <summary>Rows a second into the table of ids and the table of events.</summary>
    public static Task<double> FillOursAsync(NpgsqlConnection connection, IEnumerable<UsageEvent> events, CancellationToken cancellationToken) =>
        FillAsync(connection, events, [(CopyIds, EncodeIds), (CopyEvents, EncodeEvents)], cancellationToken);

    /// <summary>Rows a second into the customary table.</summary>
    public static Task<double> FillCustomaryAsync(NpgsqlConnection connection, IEnumerable<UsageEvent> events, CancellationToken cancellationToken) =>
        FillAsync(connection, events, [(CopyCustomary, EncodeCustomary)], cancellationToken);

    private static async Task<double> FillAsync(
        NpgsqlConnection connection, IEnumerable<UsageEvent> events, (string Statement, Action<CopyBuffer, UsageGroup> Encode)[] copies, CancellationToken cancellationToken)
    {
        var rows = 0;
        var transactions = new List<(string Statement, byte[] Rows)[]>();
        var buffer = new CopyBuffer();
        foreach (var chunk in events.Chunk(RowsPerTransaction))
        {
            var group = new UsageGroup([new UsageCall(chunk)]);
            rows += chunk.Length;
            transactions.Add([.. copies.Select(copy =>
            {
                buffer.Begin();
                copy.Encode(buffer, group);
                buffer.End();
                return (copy.Statement, buffer.Written.ToArray());
            })]);
        }

        var from = Stopwatch.GetTimestamp();
        foreach (var copied in transactions)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            foreach (var (statement, bytes) in copied)
            {
                await using var copy = await connection.BeginRawBinaryCopyAsync(statement, cancellationToken);
                await copy.WriteAsync(bytes, cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
        }

        return rows / Stopwatch.GetElapsedTime(from).TotalSeconds;
    }

    private static void EncodeIds(CopyBuffer buffer, UsageGroup group)
    {
        var (ids, days) = group.SortedIds();
        for (var i = 0; i < ids.Length; i++)
        {
            buffer.Row(2);
            buffer.Write(ids[i]);
            buffer.WriteDay(days[i]);
        }
    }

    private static void EncodeEvents(CopyBuffer buffer, UsageGroup group)
    {
        var listed = new UsageRollup(group.Rows).Listed;
        for (var i = 0; i < group.Rows.Count; i++)
        {
            var row = group.Rows[i];
            buffer.Row(13);
            buffer.WriteInstant(row.At);
            buffer.Write((long)i);
            buffer.Write(row.Event.EventId);
            buffer.Write(row.Event.HttpStatus);
            buffer.Write(row.Event.LatencyMs);
            buffer.Write((short)row.Event.Status);
            buffer.Write(listed[i]);
            EncodeTexts(buffer, row.Event);
        }
    }

    private static void EncodeCustomary(CopyBuffer buffer, UsageGroup group)
    {
        foreach (var row in group.Rows)
        {
            buffer.Row(11);
            buffer.Write(row.Event.EventId);
            buffer.WriteInstant(row.At);
            buffer.Write(row.Event.HttpStatus);
            buffer.Write(row.Event.LatencyMs);
            buffer.Write((short)row.Event.Status);
            EncodeTexts(buffer, row.Event);
        }
    }

    private static void EncodeTexts(CopyBuffer buffer, UsageEvent e)
    {
        buffer.Write(e.Provider);
        buffer.Write(e.Operation);
        buffer.Write(e.UserId);
        buffer.Write(e.BotId);
        buffer.Write(e.TraceId);
        buffer.Write(e.ErrorCode);
    }
}
