using ControlPlane.Grains;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres;

/// <summary>Whether a connection is a session of its own, in our schema. A pooler in transaction mode hands sessions around: what is set or prepared
/// in one is then missing in another.</summary>
internal static class PostgresSessions
{
    /// <summary>Transactions that are held at once, to be given the session that another connection has just used.</summary>
    private const int Others = 3;

    /// <exception cref="StoreUnavailableException">They are not, and the program must not run.</exception>
    public static async Task CheckAsync(NpgsqlDataSource source, string place, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        if (await ScalarAsync<string>(connection, "SELECT coalesce(current_schema()::text, '')", cancellationToken) != PostgresConnectionString.Schema)
            throw new StoreUnavailableException($"Sessions at {place} are not in the schema {PostgresConnectionString.Schema}: a setting made after connecting does not hold. {Fix}");

        // A pooler tells a number of its own in place of the session's.
        if (await SessionAsync(connection, cancellationToken) != connection.ProcessID && await IsSharedAsync(source, connection, cancellationToken))
            throw new StoreUnavailableException($"The pooler at {place} shares sessions between connections (transaction mode). {Fix}");
    }

    private const string Fix = "Set pool_mode = session in PgBouncer for this database, or connect to PostgreSQL itself.";

    private static async Task<bool> IsSharedAsync(NpgsqlDataSource source, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var own = await SessionAsync(connection, cancellationToken);
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
