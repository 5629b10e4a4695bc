using ControlPlane.Silo.Storage.Seals.Ledger;

namespace ControlPlane.Silo.Storage.Sql;

/// <summary>How the control stores reach their database; the rest of a store is the same for both. What differs is how a write gets its transaction:
/// SQLite has one writer, whose queue gathers many calls into one commit, and PostgreSQL gives each call a connection of its pool.
/// <para>Work may run more than once, so that it begins from nothing each time and waits for nothing but the session's statements.</para></summary>
internal interface IControlDatabase
{
    SqlDialect Sql { get; }

    Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>The same, all of the work seeing the store at one moment.</summary>
    Task<T> ReadAtOnceAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>All of the work in one transaction. A call that fails has an unknown outcome.</summary>
    Task<T> WriteAsync<T>(WriteScope scope, Func<SqlSession, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>One statement that writes.</summary>
    Task<int> RunAsync(string sql, object? parameters, CancellationToken cancellationToken);

    /// <summary>The same for a row that the session signs.</summary>
    Task<int> RunAsync(string sql, Func<SqlSession, SealedRow> row, CancellationToken cancellationToken);
}
