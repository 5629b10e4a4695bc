using Npgsql;
using NpgsqlTypes;

namespace ControlPlane.Silo.Storage.Postgres.Traces;

/// <summary>A transaction that writes one bot's traces, one at a time a bot whichever host writes.</summary>
internal static class BotTransaction
{
    public static Task<T> RunAsync<T>(
        PostgresDatabase database, string botId, Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        database.ExecuteAsync(
            async (connection, token) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(token);
                await connection.Statement("SELECT pg_advisory_xact_lock(hashtextextended('bot/' || $1, 0))").With(botId).RunAsync(token);
                var result = await work(connection, token);
                await transaction.CommitAsync(token);
                return result;
            },
            cancellationToken);

    /// <summary>Makes sure that the bot counts as one that has recorded something.</summary>
    public static Task TouchAsync(NpgsqlConnection connection, string botId, CancellationToken cancellationToken) =>
        connection.Statement("INSERT INTO bot_activity (bot_id) VALUES ($1) ON CONFLICT DO NOTHING").With(botId).RunAsync(cancellationToken);

    public static async Task<int> RunAsync(this NpgsqlBatch batch, CancellationToken cancellationToken)
    {
        await using (batch) return batch.BatchCommands.Count == 0 ? 0 : await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    public static NpgsqlBatchCommand WithSome(this NpgsqlBatchCommand command, long? value) => command.Some(value, NpgsqlDbType.Bigint);

    public static NpgsqlBatchCommand WithSome(this NpgsqlBatchCommand command, double? value) => command.Some(value, NpgsqlDbType.Double);

    public static NpgsqlBatchCommand WithSome(this NpgsqlBatchCommand command, decimal? value) => command.Some(value, NpgsqlDbType.Numeric);

    public static NpgsqlBatchCommand WithSome(this NpgsqlBatchCommand command, DateTimeOffset? value) =>
        command.Some(value is { } at ? PostgresStatement.Instant(at) : null, NpgsqlDbType.TimestampTz);

    public static decimal? AmountOf(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetDecimal(column);

    public static long? WholeOf(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    public static double? RealOf(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetDouble(column);

    public static DateTimeOffset? SomeInstantOf(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.InstantOf(column);

    private static NpgsqlBatchCommand Some(this NpgsqlBatchCommand command, object? value, NpgsqlDbType type)
    {
        command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value, NpgsqlDbType = type });
        return command;
    }
}
