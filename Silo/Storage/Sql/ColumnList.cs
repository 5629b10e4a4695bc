namespace ControlPlane.Silo.Storage.Sql;

/// <summary>The columns of a table that a row class has, bound by name: <c>opened_at</c> is the property <c>OpenedAt</c>.</summary>
internal sealed class ColumnList
{
    private readonly string[] _columns;

    public ColumnList(string names)
    {
        _columns = names.Split(", ");
        Names = names;
        Values = string.Join(", ", _columns.Select(Value));
        Assignments = string.Join(", ", _columns.Select(column => $"{column} = {Value(column)}"));
        Excluded = string.Join(", ", _columns.Select(column => $"{column} = excluded.{column}"));
    }

    /// <summary>As a selection or an insertion lists them.</summary>
    public string Names { get; }

    /// <summary>Their parameters in the same order.</summary>
    public string Values { get; }

    /// <summary>For <c>UPDATE ... SET</c>.</summary>
    public string Assignments { get; }

    /// <summary>For <c>ON CONFLICT ... DO UPDATE SET</c>.</summary>
    public string Excluded { get; }

    /// <summary>The columns of the table under another name.</summary>
    public string Of(string table) => string.Join(", ", _columns.Select(column => $"{table}.{column}"));

    // SQLite tells the case of a parameter's name apart.
    private static string Value(string column) =>
        "@" + string.Concat(column.Split('_').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
}
