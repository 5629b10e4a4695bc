using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>A connection with its prepared statements. One thread uses it at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    /// <summary>SQLITE_DBSTATUS_CACHE_WRITE.</summary>
    private const int DbStatusCacheWrite = 9;
    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);
    private readonly SqliteConnection _connection;
    private readonly sqlite3 _database;

    private SqliteSession(SqliteConnection connection)
    {
        _connection = connection;
        _database = connection.Handle!;
    }

    /// <summary>For the control stores, which go through ADO.NET.</summary>
    public SqliteConnection Connection => _connection;

    public bool InTransaction => raw.sqlite3_get_autocommit(_database) == 0;

    public static SqliteSession OpenWriter(EmbeddedStoreOptions options) => Open(
        options,
        SqliteOpenMode.ReadWrite,
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; " +
        "PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;");

    public static SqliteSession OpenReader(EmbeddedStoreOptions options) =>
        Open(options, SqliteOpenMode.ReadOnly, "PRAGMA query_only = ON; PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY;");

    /// <summary>The statement for this text, prepared once; the text must be a constant.</summary>
    public Statement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            _statements.Add(sql, statement = new Statement(_database, sql));
        }

        statement.Reset();
        return statement;
    }

    /// <summary>Runs statements without values, unprepared.</summary>
    public void Execute(string sql) => SqliteException.ThrowExceptionForRC(raw.sqlite3_exec(_database, sql), _database);

    /// <summary>A whole number, or null when there is no row or no value.</summary>
    public long? Scalar(string sql)
    {
        var statement = Prepare(sql);
        var value = statement.Read() && !statement.IsNull(0) ? statement.Int64(0) : (long?)null;
        statement.Reset();
        return value;
    }

    /// <summary>Pages that were written since the last call.</summary>
    public long PagesWritten() => raw.sqlite3_db_status(_database, DbStatusCacheWrite, out var pages, out _, 1) == raw.SQLITE_OK ? pages : 0;

    /// <summary>Folds the log into the file as far as readers let it. True when nothing of it is left.</summary>
    public bool Checkpoint()
    {
        var row = Prepare("PRAGMA wal_checkpoint(PASSIVE)");
        var whole = row.Read() && row.Int64(0) == 0 && row.Int64(1) == row.Int64(2);
        row.Reset();
        return whole;
    }

    /// <summary>Closing does not fold the log into the file.</summary>
    public void KeepLogApart() => raw.sqlite3_db_config(_database, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);

    /// <summary>Ends whatever was left open, so that an idle connection holds no snapshot of the database.</summary>
    public void Rest()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Reset();
        }

        if (InTransaction)
        {
            Execute("ROLLBACK");
        }
    }

    /// <summary>Makes the running statement fail. The one call that another thread may make.</summary>
    public void Interrupt() => raw.sqlite3_interrupt(_database);

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }

    private static SqliteSession Open(EmbeddedStoreOptions options, SqliteOpenMode mode, string pragmas)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = options.DatabasePath,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = 1 + (int)options.LockWait.TotalSeconds,
        }.ToString());
        try
        {
            connection.Open();
            var session = new SqliteSession(connection);
            session.Execute($"PRAGMA busy_timeout = {(long)options.LockWait.TotalMilliseconds}; PRAGMA trusted_schema = OFF; {pragmas}");
            return session;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
