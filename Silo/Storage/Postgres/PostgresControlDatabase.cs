using ControlPlane.Silo.Storage.Seals.Ledger;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Postgres;

/// <summary>Control stores in PostgreSQL: a connection of the pool for each call.</summary>
internal sealed class PostgresControlDatabase(PostgresDatabase database, LedgerSeals? seals = null) : IControlDatabase
{
    private readonly LedgerSeals _seals = seals ?? LedgerSeals.None;

    public SqlDialect Sql => SqlDialect.Postgres;

    public Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellationToken) =>
        database.ExecuteAsync((connection, token) => work(new PostgresSession(connection, _seals, token)), cancellationToken);

    public Task<T> ReadAtOnceAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellationToken) =>
        database.ReadAtOnceAsync((connection, token) => work(new PostgresSession(connection, _seals, token)), cancellationToken);

    public Task<T> WriteAsync<T>(WriteScope scope, Func<SqlSession, Task<T>> work, CancellationToken cancellationToken) => database.ExecuteAsync(
        async (connection, token) =>
        {
            await using var transaction = await connection.BeginTransactionAsync(token);
            var session = new PostgresSession(connection, _seals, token);
            if (scope.Lock is { } name) await session.RunAsync("SELECT pg_advisory_xact_lock(hashtextextended(@name, 0))", new { name });
            var result = await work(session);
            await transaction.CommitAsync(token);
            return result;
        },
        cancellationToken);

    public Task<int> RunAsync(string sql, object? parameters, CancellationToken cancellationToken) =>
        ReadAsync(session => session.RunAsync(sql, parameters), cancellationToken);

    public Task<int> RunAsync(string sql, Func<SqlSession, SealedRow> row, CancellationToken cancellationToken) =>
        ReadAsync(session => session.RunAsync(sql, row(session)), cancellationToken);
}
