using System.Collections.Immutable;
using ControlPlane.Grains;

namespace ControlPlane.Silo.Storage.Sql;

/// <summary>Reads and deletions of one statement.</summary>
internal static class ControlDatabaseExtensions
{
    /// <summary>Rows that one transaction of a purge removes at most, so that other writes pass in between.</summary>
    public const int RowsPerPurge = 2_000;

    public static Task<ImmutableArray<T>> ListAsync<T>(this IControlDatabase database, string sql, object? parameters, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.ListAsync<T>(sql, parameters), cancellationToken);

    public static Task<T?> FirstAsync<T>(this IControlDatabase database, string sql, object? parameters, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.FirstAsync<T>(sql, parameters), cancellationToken);

    /// <inheritdoc cref="SqlSession.PageAsync"/>
    public static Task<Page<T>> PageAsync<TRow, T>(
        this IControlDatabase database, PagedList list, int limit, string sql, object parameters, Func<TRow, T> item, CancellationToken cancellationToken)
        where TRow : PageRow =>
        database.ReadAsync(session => session.PageAsync(list, limit, sql, parameters, item), cancellationToken);

    /// <summary>Removes rows of a table with the key <c>id</c>. Those that somebody writes to at this moment are left for the next purge.</summary>
    /// <param name="condition">Of the instant <c>@Before</c>.</param>
    public static Task<long> PurgeAsync(this IControlDatabase database, string table, string condition, DateTimeOffset before, CancellationToken cancellationToken) =>
        database.PurgeAsync(
            RowsPerPurge,
            async (session, some) =>
            {
                var removed = await session.RunAsync(
                    $"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE {condition} LIMIT {some}{session.Sql.SkipLocked})", new { Before = (Instant)before });
                return (removed, removed);
            },
            cancellationToken);

    /// <param name="removeSome">Takes the size of a batch, and tells how many it took and how many that counts as.</param>
    public static async Task<long> PurgeAsync(
        this IControlDatabase database, int batch, Func<SqlSession, int, Task<(int Taken, int Counted)>> removeSome, CancellationToken cancellationToken)
    {
        var removed = 0L;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (taken, counted) = await database.WriteAsync(WriteScope.Bulk(batch), session => removeSome(session, batch), cancellationToken);
            removed += counted;
            if (taken < batch) return removed;
        }
    }
}
