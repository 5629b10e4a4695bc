using ControlPlane.Silo.Storage.Seals.Ledger;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>Control stores in the embedded database. SQLite blocks: its provider's tasks are complete when they are returned. Work ends on the
/// thread that it began on, the writer's own or one of the readers'.</summary>
internal sealed class EmbeddedControlDatabase(EmbeddedDatabase database, LedgerSeals? seals = null) : IControlDatabase
{
    private readonly LedgerSeals _seals = seals ?? LedgerSeals.None;

    public SqlDialect Sql => SqlDialect.Sqlite;

    public Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellationToken) =>
        database.ReadAsync(session => Completed(work(Session(session, cancellationToken))), cancellationToken);

    public Task<T> ReadAtOnceAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            session.Prepare("BEGIN").Run();
            var result = Completed(work(Session(session, cancellationToken)));
            session.Prepare("COMMIT").Run();
            return result;
        },
        cancellationToken);

    // Work that the writer has begun runs to its end: others share its transaction.
    public Task<T> WriteAsync<T>(WriteScope scope, Func<SqlSession, Task<T>> work, CancellationToken cancellationToken) => database.WriteAsync(
        scope.Lane, scope.Rows, session => Completed(work(Session(session, CancellationToken.None))), cancellationToken);

    public Task<int> RunAsync(string sql, object? parameters, CancellationToken cancellationToken) =>
        WriteAsync(WriteScope.Control(), session => session.RunAsync(sql, parameters), cancellationToken);

    public Task<int> RunAsync(string sql, Func<SqlSession, SealedRow> row, CancellationToken cancellationToken) =>
        WriteAsync(WriteScope.Control(), session => session.RunAsync(sql, row(session)), cancellationToken);

    private SqlSession Session(SqliteSession session, CancellationToken cancellationToken) => new(session.Connection, SqlDialect.Sqlite, _seals, cancellationToken);

    private static T Completed<T>(Task<T> work) => work.IsCompleted
        ? work.GetAwaiter().GetResult()
        : throw new InvalidOperationException("Work of a control store waited for something else than its statements.");
}
