namespace ControlPlane.Silo.Storage.Sql;

/// <summary>A statement, and the rows for each of which it runs.</summary>
internal sealed record RowSet(string Sql, IReadOnlyCollection<object> Rows, Type Row)
{
    public static RowSet Of<T>(string sql, IReadOnlyCollection<T> rows)
        where T : class => new(sql, rows, typeof(T));
}
