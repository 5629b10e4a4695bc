using System.Collections.Immutable;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres;

/// <summary>Brings the schema up to date: numbered scripts, all in one transaction, under a lock that every process of the cluster takes.
/// A database that is up to date already is only read, which needs no rights over the schema.</summary>
internal static class PostgresMigrator
{
    // Any number will do as long as nobody else of this database uses it.
    private const long LockKey = 0x63_6F_6E_74_72_6F_6C;
    private const string Versions = $"{PostgresConnectionString.Schema}.schema_version";
    private const int TimeoutSeconds = 120;

    private static ImmutableArray<MigrationScript> Known { get; } = MigrationScript.Of("Postgres");

    public static long KnownVersion => Known[^1].Version;

    /// <returns>The version that the database now has.</returns>
    /// <exception cref="NewerSchemaException">A newer program wrote the database; nothing was changed.</exception>
    public static async Task<long> MigrateAsync(NpgsqlDataSource source, string place, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        if (await FoundAsync(connection, place, cancellationToken) == KnownVersion) return KnownVersion;

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var timeout = $"{TimeoutSeconds}s";
        await RunAsync(connection, $"SET LOCAL statement_timeout = '{timeout}'; SET LOCAL lock_timeout = '{timeout}'; SELECT pg_advisory_xact_lock({LockKey})", cancellationToken);
        var found = await FoundAsync(connection, place, cancellationToken);
        if (found is null) await RunAsync(connection, Begin, cancellationToken);

        // What is made must not land in another schema, whatever became of the session's setting.
        await RunAsync(connection, $"SET LOCAL search_path = {PostgresConnectionString.Schema}", cancellationToken);
        foreach (var script in Known.Where(s => s.Version > (found ?? 0)))
        {
            await RunAsync(connection, script.Sql, cancellationToken);
            await using var record = new NpgsqlCommand($"INSERT INTO {Versions} (version, name) VALUES ($1, $2)", connection);
            record.Parameters.Add(new NpgsqlParameter<long> { TypedValue = script.Version });
            record.Parameters.Add(new NpgsqlParameter<string> { TypedValue = script.Name });
            await record.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        await connection.ReloadTypesAsync(cancellationToken);
        return KnownVersion;
    }

    private const string Begin = $"""
        DO $$
        BEGIN
            IF to_regnamespace('{PostgresConnectionString.Schema}') IS NULL THEN
                CREATE SCHEMA {PostgresConnectionString.Schema};
            END IF;
        END $$;
        CREATE TABLE IF NOT EXISTS {Versions} (version bigint PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());
        """;

    /// <summary>The version of the database, or null when nothing of ours is in it.</summary>
    private static async Task<long?> FoundAsync(NpgsqlConnection connection, string place, CancellationToken cancellationToken)
    {
        await using var exists = new NpgsqlCommand($"SELECT to_regclass('{Versions}') IS NOT NULL", connection);
        if (await exists.ExecuteScalarAsync(cancellationToken) is not true) return null;
        await using var newest = new NpgsqlCommand($"SELECT max(version) FROM {Versions}", connection);
        var found = await newest.ExecuteScalarAsync(cancellationToken) as long?;
        return found > KnownVersion ? throw new NewerSchemaException(place, found.Value, KnownVersion) : found;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = TimeoutSeconds };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
