using System.Collections.Concurrent;
using System.Reflection;
using ControlPlane.Silo.Storage.Seals.Ledger;
using ControlPlane.Silo.Storage.Sql;
using Npgsql;
using NpgsqlTypes;

namespace ControlPlane.Silo.Storage.Postgres;

/// <summary>Sends many rows in one round trip, where Dapper would wait for the answer to each while the bot's lock is held.</summary>
internal sealed class PostgresSession(NpgsqlConnection connection, LedgerSeals seals, CancellationToken cancellationToken)
    : SqlSession(connection, SqlDialect.Postgres, seals, cancellationToken)
{
    private static readonly ConcurrentDictionary<(Type Row, string Sql), PropertyInfo[]> s_parameters = new();
    private readonly CancellationToken _cancellationToken = cancellationToken;

    public override async Task<int> RunAllAsync(params RowSet[] sets)
    {
        RequireOpen();
        await using var batch = new NpgsqlBatch(connection);
        foreach (var set in sets)
        {
            var properties = s_parameters.GetOrAdd((set.Row, set.Sql), static key => Named(key.Row, key.Sql));
            foreach (var row in set.Rows)
            {
                var command = new NpgsqlBatchCommand(set.Sql);
                foreach (var property in properties) command.Parameters.Add(Parameter(property, property.GetValue(row)));
                batch.BatchCommands.Add(command);
            }
        }

        return batch.BatchCommands.Count == 0 ? 0 : await batch.ExecuteNonQueryAsync(_cancellationToken);
    }

    private static PropertyInfo[] Named(Type row, string sql)
    {
        var names = sql.Split('@').Skip(1).Select(rest => string.Concat(rest.TakeWhile(char.IsAsciiLetterOrDigit))).ToHashSet(StringComparer.Ordinal);
        return [.. row.GetProperties().Where(property => names.Contains(property.Name))];
    }

    // A null says of which type it is as well, so that the statement is prepared once.
    private static NpgsqlParameter Parameter(PropertyInfo property, object? value) => new(property.Name, TypeOf(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType))
    {
        Value = value switch
        {
            null => DBNull.Value,
            Instant instant => PostgresStatement.Instant(instant.Microseconds),
            Amount amount => amount.Value,
            Uuid id => id.Value,
            _ => value,
        },
    };

    private static NpgsqlDbType TypeOf(Type type) =>
        type == typeof(string) ? NpgsqlDbType.Text
        : type == typeof(int) ? NpgsqlDbType.Integer
        : type == typeof(long) ? NpgsqlDbType.Bigint
        : type == typeof(bool) ? NpgsqlDbType.Boolean
        : type == typeof(double) ? NpgsqlDbType.Double
        : type == typeof(Instant) ? NpgsqlDbType.TimestampTz
        : type == typeof(Amount) ? NpgsqlDbType.Numeric
        : type == typeof(Uuid) ? NpgsqlDbType.Uuid
        : throw new NotSupportedException($"No column holds a {type.Name}.");
}
