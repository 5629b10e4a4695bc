using System.Collections.Immutable;
using System.Data;
using System.Data.Common;
using ControlPlane.Grains;
using ControlPlane.Silo.Storage.Seals.Ledger;
using Dapper;

namespace ControlPlane.Silo.Storage.Sql;

/// <summary>Statements on one connection. Parameters and columns go by the names of properties.</summary>
internal class SqlSession(DbConnection connection, SqlDialect dialect, LedgerSeals seals, CancellationToken cancellationToken)
{
    static SqlSession() => ColumnHandlers.Register();

    public SqlDialect Sql => dialect;

    /// <summary>Signs and verifies rows of what limits are evaluated by.</summary>
    public LedgerSeals Seals => seals;

    /// <summary>Versions of rows under MACs that this session has read or written.</summary>
    public Dictionary<(string Table, string Bot, string Key), long> Versions { get; } = [];

    public async Task<ImmutableArray<T>> ListAsync<T>(string sql, object? parameters = null) =>
        [.. await connection.QueryAsync<T>(Command(sql, parameters))];

    /// <summary>The rows of several statements with the same parameters, in one round trip.</summary>
    public async Task<List<object>> ReadManyAsync(ImmutableArray<(string Sql, Type Row)> statements, object parameters)
    {
        var found = new List<object>();
        await using var results = await connection.QueryMultipleAsync(Command(string.Join(';', statements.Select(s => s.Sql)), parameters));
        foreach (var (_, row) in statements) found.AddRange(await results.ReadAsync(row));
        return found;
    }

    /// <summary>The first row, or the default value without one.</summary>
    public Task<T?> FirstAsync<T>(string sql, object? parameters = null) => connection.QueryFirstOrDefaultAsync<T>(Command(sql, parameters));

    /// <returns>How many rows changed.</returns>
    public Task<int> RunAsync(string sql, object? parameters = null) => connection.ExecuteAsync(Command(sql, parameters));

    /// <summary>The statement once for each row.</summary>
    public Task<int> RunAllAsync<T>(string sql, IReadOnlyCollection<T> rows)
        where T : class => RunAllAsync(RowSet.Of(sql, rows));

    /// <summary>Each statement once for each of its rows, one set after the other.</summary>
    public virtual async Task<int> RunAllAsync(params RowSet[] sets)
    {
        var changed = 0;
        foreach (var set in sets.Where(set => set.Rows.Count > 0)) changed += await RunAsync(set.Sql, set.Rows);
        return changed;
    }

    /// <summary>A page: one row more than asked for tells whether there is a next one.</summary>
    /// <param name="sql">Ends before <c>LIMIT</c>, and selects the columns of <see cref="PageRow"/>.</param>
    public async Task<Page<T>> PageAsync<TRow, T>(PagedList list, int limit, string sql, object parameters, Func<TRow, T> item)
        where TRow : PageRow
    {
        var limited = new DynamicParameters(parameters);
        limited.Add("Take", limit + 1L);
        var rows = await ListAsync<TRow>(sql + " LIMIT @Take", limited);
        return rows.Length > limit
            ? new([.. rows.Take(limit).Select(item)], rows[limit - 1].Position.Format(list))
            : new([.. rows.Select(item)], null);
    }

    // Dapper would open a connection that broke again, and what follows would be written outside of the transaction.
    protected void RequireOpen()
    {
        if (connection.State is not ConnectionState.Open) throw new IOException("The connection broke between two statements.");
    }

    private CommandDefinition Command(string sql, object? parameters)
    {
        RequireOpen();
        return new(sql, parameters, cancellationToken: cancellationToken);
    }
}
