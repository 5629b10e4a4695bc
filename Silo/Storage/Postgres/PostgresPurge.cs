using ControlPlane.Grains;

namespace ControlPlane.Silo.Storage.Postgres;

/// <summary>Removes old rows in small transactions: none holds locks for long or meets the limit of a statement, however many there are.</summary>
internal static class PostgresPurge
{
    /// <summary>Rows that one transaction removes, at most.</summary>
    public const int Batch = 2_000;

    /// <summary>A batch of a table with the key <c>id</c>. Rows that somebody writes to at this moment are left for the next purge.</summary>
    public static string Rows(string table, string instant) =>
        $"WITH gone AS (DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE {instant} < $1 LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING 1) " +
        "SELECT COUNT(*), COUNT(*) FROM gone";

    /// <param name="batch">Takes the instant and the size, and tells how many it took and how many that counts as.</param>
    public static async Task<long> RunAsync(PostgresDatabase database, string batch, DateTimeOffset olderThan, CancellationToken cancellationToken)
    {
        var removed = 0L;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (taken, counted) = await database.ExecuteAsync(
                async (connection, token) => (await connection.Statement(batch).With(PostgresStatement.Instant(olderThan)).With((long)Batch)
                    .ListAsync(row => (row.GetInt64(0), row.GetInt64(1)), token)).Single(),
                cancellationToken);
            removed += counted;
            if (taken < Batch) return removed;
        }
    }
}
