using Npgsql;
using NpgsqlTypes;

namespace ControlPlane.Silo.Storage.Postgres;

/// <summary>Parameters in the order of their places (<c>$1</c>, ...), and columns by number. Instants go in and out as whole microseconds.</summary>
internal static class PostgresStatement
{
    public static NpgsqlCommand Statement(this NpgsqlConnection connection, string sql) => new(sql, connection);

    public static NpgsqlBatchCommand Add(this NpgsqlBatch batch, string sql)
    {
        var command = new NpgsqlBatchCommand(sql);
        batch.BatchCommands.Add(command);
        return command;
    }

    public static NpgsqlCommand With<T>(this NpgsqlCommand command, T value)
    {
        command.Parameters.Add(Parameter(value));
        return command;
    }

    public static NpgsqlBatchCommand With<T>(this NpgsqlBatchCommand command, T value)
    {
        command.Parameters.Add(Parameter(value));
        return command;
    }

    /// <summary>The instant, rounded down to a microsecond; the ends of time become infinite.</summary>
    public static DateTime Instant(long microseconds) => microseconds switch
    {
        long.MinValue => DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc),
        long.MaxValue => DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc),
        _ => new DateTime(DateTime.UnixEpoch.Ticks + (microseconds * TimeSpan.TicksPerMicrosecond), DateTimeKind.Utc),
    };

    public static DateTime Instant(DateTimeOffset instant) => Instant(UnixMicroseconds.From(instant));

    public static DateTimeOffset InstantOf(this NpgsqlDataReader row, int column) => new(row.GetDateTime(column));

    public static long MicrosecondsOf(this NpgsqlDataReader row, int column) => UnixMicroseconds.From(row.InstantOf(column));

    public static string? TextOf(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static long? LongOf(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    public static int? NumberOf(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt32(column);

    public static async Task<int> RunAsync(this NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using (command) return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task<List<T>> ListAsync<T>(this NpgsqlCommand command, Func<NpgsqlDataReader, T> item, CancellationToken cancellationToken)
    {
        await using (command)
        {
            await using var rows = await command.ExecuteReaderAsync(cancellationToken);
            var items = new List<T>();
            while (await rows.ReadAsync(cancellationToken)) items.Add(item(rows));
            return items;
        }
    }

    private static NpgsqlParameter Parameter<T>(T value) => value switch
    {
        null => new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = TypeOf(typeof(T)) },
        string text => new NpgsqlParameter<string> { TypedValue = text, NpgsqlDbType = NpgsqlDbType.Text },
        int number => new NpgsqlParameter<int> { TypedValue = number },
        DateTime instant => new NpgsqlParameter<DateTime> { TypedValue = instant, NpgsqlDbType = NpgsqlDbType.TimestampTz },
        _ => new NpgsqlParameter<T> { TypedValue = value },
    };

    private static NpgsqlDbType TypeOf(Type type) =>
        type == typeof(string) ? NpgsqlDbType.Text
        : type == typeof(int?) ? NpgsqlDbType.Integer
        : type == typeof(DateTime?) ? NpgsqlDbType.TimestampTz
        : throw new NotSupportedException($"No null of {type.Name}.");
}
