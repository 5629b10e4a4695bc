using Npgsql;
using NpgsqlTypes;

namespace ControlPlane.Silo.Storage.Postgres.Usage;

/// <summary>The events of a small group as one statement, a column an array.</summary>
internal static class UsageInsert
{
    private const string Statement =
        "INSERT INTO integration_usage_events (occurred_at, id, event_id, http_status, latency_ms, status, listed, provider, operation, user_id, bot_id, trace_id, error_code, source, input_tokens, output_tokens) " +
        "SELECT * FROM unnest($1::timestamptz[], $2::bigint[], $3::uuid[], $4::integer[], $5::integer[], $6::smallint[], $7::boolean[], " +
        "$8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::smallint[], $15::bigint[], $16::bigint[])";

    public static void Add(NpgsqlBatch batch, IReadOnlyList<UsageGroup.Row> rows, bool[] listed, long[] numbers)
    {
        var command = batch.Add(Statement);
        Column(command, NpgsqlDbType.TimestampTz, rows, row => PostgresStatement.Instant(row.At));
        command.With(numbers);
        Column(command, NpgsqlDbType.Uuid, rows, row => row.Event.EventId);
        Column(command, NpgsqlDbType.Integer, rows, row => row.Event.HttpStatus);
        Column(command, NpgsqlDbType.Integer, rows, row => row.Event.LatencyMs);
        Column(command, NpgsqlDbType.Smallint, rows, row => (short)row.Event.Status);
        command.With(listed);
        Column(command, NpgsqlDbType.Text, rows, row => Storable(row.Event.Provider));
        Column(command, NpgsqlDbType.Text, rows, row => Storable(row.Event.Operation));
        Column(command, NpgsqlDbType.Text, rows, row => Storable(row.Event.UserId));
        Column(command, NpgsqlDbType.Text, rows, row => Storable(row.Event.BotId));
        Column(command, NpgsqlDbType.Text, rows, row => Storable(row.Event.TraceId));
        Column(command, NpgsqlDbType.Text, rows, row => Storable(row.Event.ErrorCode));
        Column(command, NpgsqlDbType.Smallint, rows, row => (short)row.Event.Source);
        Column(command, NpgsqlDbType.Bigint, rows, row => row.Event.InputTokens);
        Column(command, NpgsqlDbType.Bigint, rows, row => row.Event.OutputTokens);
    }

    private static string? Storable(string? text) => text is null ? null : CopyBuffer.Storable(text);

    private static void Column<T>(NpgsqlBatchCommand command, NpgsqlDbType type, IReadOnlyList<UsageGroup.Row> rows, Func<UsageGroup.Row, T> value)
    {
        var column = new T[rows.Count];
        for (var i = 0; i < column.Length; i++) column[i] = value(rows[i]);
        command.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = column, NpgsqlDbType = NpgsqlDbType.Array | type });
    }
}
