using System.Collections.Immutable;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>A prepared statement. Below ADO.NET on purpose: a command there costs about as much as the insert itself.
/// Values are given in the order of the placeholders.</summary>
internal sealed class Statement : IDisposable
{
    // The rest of a result code tells the kind.
    private const int PrimaryCode = 0xFF;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private int _given;

    public Statement(sqlite3 database, string sql)
    {
        _database = database;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    public Statement With(long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, ++_given, value));
        return this;
    }

    public Statement With(long? value) => value is { } some ? With(some) : WithNull();

    public Statement With(string? value)
    {
        if (value is null)
        {
            return WithNull();
        }

        // By length: the overload for strings ends at the first NUL.
        var size = Encoding.UTF8.GetMaxByteCount(value.Length);
        var bytes = size <= 512 ? stackalloc byte[512] : new byte[size];
        Check(raw.sqlite3_bind_text(_statement, ++_given, bytes[..Encoding.UTF8.GetBytes(value, bytes)]));
        return this;
    }

    public Statement With(ReadOnlySpan<byte> value)
    {
        Check(raw.sqlite3_bind_blob(_statement, ++_given, value));
        return this;
    }

    /// <summary>In network order, so that version 7 ids lie in the order of time.</summary>
    public Statement With(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return With(bytes);
    }

    public Statement WithNull()
    {
        Check(raw.sqlite3_bind_null(_statement, ++_given));
        return this;
    }

    /// <summary>Runs to the end and returns how many rows changed.</summary>
    public int Run()
    {
        while (Read())
        {
        }

        return raw.sqlite3_changes(_database);
    }

    /// <summary>Runs to the end; false when a row would break a constraint, and then none is written.</summary>
    public bool TryRun()
    {
        var result = raw.sqlite3_step(_statement);
        try
        {
            if ((result & PrimaryCode) == raw.SQLITE_CONSTRAINT)
            {
                return false;
            }

            Check(result);
            return true;
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Steps to the next row; false at the end, where the statement is ready for new values.</summary>
    public bool Read()
    {
        var result = raw.sqlite3_step(_statement);
        if (result == raw.SQLITE_ROW)
        {
            return true;
        }

        try
        {
            Check(result);
            return false;
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Reads to the end.</summary>
    public ImmutableArray<T> ReadAll<T>(Func<Statement, T> item)
    {
        var items = ImmutableArray.CreateBuilder<T>();
        while (Read()) items.Add(item(this));
        return items.ToImmutable();
    }

    public void Reset()
    {
        _given = 0;
        raw.sqlite3_reset(_statement);
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(_statement, column);

    public int Int32(int column) => checked((int)Int64(column));

    public int? NullableInt32(int column) => IsNull(column) ? null : Int32(column);

    public long? NullableInt64(int column) => IsNull(column) ? null : Int64(column);

    public string Text(int column) => Encoding.UTF8.GetString(raw.sqlite3_column_blob(_statement, column));

    public string? NullableText(int column) => IsNull(column) ? null : Text(column);

    public Guid Guid(int column) => new(raw.sqlite3_column_blob(_statement, column), bigEndian: true);

    public byte[] Bytes(int column) => raw.sqlite3_column_blob(_statement, column).ToArray();

    public DateTimeOffset Instant(int column) => UnixMicroseconds.ToInstant(Int64(column));

    public void Dispose() => _statement.Dispose();

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}
