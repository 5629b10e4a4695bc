namespace ControlPlane.Silo.Storage.Sql;

/// <summary>The words of SQL in which SQLite and PostgreSQL differ.</summary>
/// <param name="True">A column that is true. Written like the condition of a partial index, which is used only then.</param>
/// <param name="Greatest">The larger one of two values; with a null its result differs, so that none is given.</param>
/// <param name="ByBytes">Orders texts by their bytes, after the column.</param>
/// <param name="SkipLocked">Leaves rows out that another session writes, after a selection.</param>
internal sealed record SqlDialect(string True, string False, string Greatest, string Least, string ByBytes, string SkipLocked)
{
    /// <summary>There is one writer, and texts are ordered by their bytes in any case.</summary>
    public static SqlDialect Sqlite { get; } = new("1", "0", "MAX", "MIN", "", "");

    public static SqlDialect Postgres { get; } = new("true", "false", "GREATEST", "LEAST", " COLLATE \"C\"", " FOR UPDATE SKIP LOCKED");

    public bool IsSqlite => ReferenceEquals(this, Sqlite);

    /// <summary>The column holds one of the keys.</summary>
    /// <param name="parameter">Name of a <see cref="KeyList"/>.</param>
    public string In(string column, string parameter) =>
        IsSqlite ? $"{column} IN (SELECT value FROM json_each(@{parameter}))" : $"{column} = ANY (@{parameter})";

    /// <summary>Of rows under MACs: those that may have been changed since a process verified all of them. A server that was failed over to counts its
    /// transactions anew, so that the number of its own oldest one bounds what is believed.</summary>
    /// <param name="parameter">Name of the number of the transaction before which all rows are verified.</param>
    public string ChangedSince(string parameter) => IsSqlite
        ? $"@{parameter} = 0"
        : $"changed_in >= LEAST(@{parameter}, pg_snapshot_xmin(pg_current_snapshot())::text::bigint)";

    /// <summary>A row may go: nobody but the owner removes one before its time.</summary>
    public string MayGo(string table) => IsSqlite ? "1 = 1" : $"(NOT ledger_kept(changed_at) OR store_owns('{table}'::regclass))";

    /// <summary>The hour of an instant, in whole seconds.</summary>
    public string HourOf(string column) => IsSqlite
        ? $"{column} / {UnixMicroseconds.PerHour} * 3600"
        : $"extract(epoch FROM date_trunc('hour', {column}, 'UTC'))::bigint";

    /// <summary>An instant some seconds earlier.</summary>
    public string Before(string column, int seconds) => IsSqlite ? $"{column} - {seconds * UnixMicroseconds.PerSecond}" : $"{column} - interval '{seconds} seconds'";
}
