using ControlPlane.Grains;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres;

/// <summary>Whether a connection is a session of its own, in our schema. A pooler in transaction mode hands sessions around: what is set or prepared
/// in one is then missing in another.</summary>
internal static class PostgresSessions
{
    /// <summary>Transactions that are held at once, to be given the session that another connection has just used.</summary>
    private const int Others = 3;

    private const string Fix = "Set pool_mode = session in PgBouncer for this database, or connect to PostgreSQL itself.";

    /// <exception cref="StoreUnavailableException">Connections share sessions, and the program must not run.</exception>
    public static async Task RefuseSharedAsync(NpgsqlDataSource source, string place, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        var own = await SessionAsync(connection, cancellationToken);

        // A pooler tells a number of its own in place of the session's.
        if (own != connection.ProcessID && await IsSharedAsync(source, connection, own, cancellationToken))
            throw new StoreUnavailableException($"The pooler at {place} shares sessions between connections (transaction mode). {Fix}");
    }

    /// <exception cref="StoreUnavailableException">Statements would run in another schema, and the program must not run.</exception>
    public static async Task RefuseOtherSchemaAsync(NpgsqlDataSource source, string place, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        if (await ScalarAsync<string>(connection, "SELECT current_schema()::text", cancellationToken) != PostgresConnectionString.Schema)
            throw new StoreUnavailableException($"Sessions at {place} are not in the schema {PostgresConnectionString.Schema}: a setting made after connecting does not hold. {Fix}");
    }

    private static async Task<bool> IsSharedAsync(NpgsqlDataSource source, NpgsqlConnection connection, int own, CancellationToken cancellationToken)
    {
        var opened = new List<NpgsqlConnection>();
        try
        {
            for (var i = 0; i < Math.Min(Others, new NpgsqlConnectionStringBuilder(source.ConnectionString).MaxPoolSize - 1); i++)
            {
                var other = await source.OpenConnectionAsync(cancellationToken);
                opened.Add(other);
                await ScalarAsync<object>(other, "BEGIN", cancellationToken);
                if (await SessionAsync(other, cancellationToken) == own) return true;
            }

            return await SessionAsync(connection, cancellationToken) != own;
        }
        finally
        {
            foreach (var other in opened)
            {
                await ScalarAsync<object>(other, "ROLLBACK", CancellationToken.None);
                await other.DisposeAsync();
            }
        }
    }

    private static async Task<int> SessionAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await ScalarAsync<int>(connection, "SELECT pg_backend_pid()", cancellationToken);

    private static async Task<T?> ScalarAsync<T>(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken) is T value ? value : default;
    }
}
