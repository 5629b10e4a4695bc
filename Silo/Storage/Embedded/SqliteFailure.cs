using ControlPlane.Grains;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>Puts SQLite's errors into our words, without SQL, names or values.</summary>
internal static class SqliteFailure
{
    public static Exception Translate(Exception failure) => failure switch
    {
        SqliteException { SqliteErrorCode: raw.SQLITE_CONSTRAINT } => new StoreConflictException("The store holds a row with this key already."),
        SqliteException sqlite => new StoreUnavailableException(Describe(sqlite.SqliteErrorCode)),
        IOException or UnauthorizedAccessException => new StoreUnavailableException(Describe(raw.SQLITE_CANTOPEN)),
        _ => failure,
    };

    public static bool IsLocked(Exception failure) => failure is SqliteException { SqliteErrorCode: raw.SQLITE_BUSY or raw.SQLITE_LOCKED };

    private static string Describe(int code) => code switch
    {
        raw.SQLITE_FULL => "The embedded store has no space left to write.",
        raw.SQLITE_READONLY or raw.SQLITE_PERM => "The embedded store is read-only.",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "The embedded store is locked by another program.",
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => "The embedded store's file is damaged.",
        raw.SQLITE_CANTOPEN => "The embedded store's file cannot be opened.",
        raw.SQLITE_IOERR => "The embedded store's disk failed.",
        _ => "The embedded store could not carry out the operation.",
    };
}
