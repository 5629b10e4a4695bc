using ControlPlane.Dashboard.Browser;

namespace ControlPlane.Dashboard.Components;

/// <summary>What a person chose of a table: its columns, kept on this device, and its order.</summary>
/// <param name="sort">The order until a person chooses another: a column's key, or empty for the order in which the rows come.</param>
public abstract class TableState(string name, IReadOnlyList<Column> columns, string sort)
{
    private readonly string _own = sort;
    private string? _chosen;

    /// <summary>After a choice.</summary>
    public event Action? Changed;

    /// <summary>Names the table: its box and its preferences.</summary>
    public string Name { get; } = name;

    public ColumnChoice Choice { get; } = new(name, columns);

    public string Sort => _chosen ?? _own;

    /// <summary>Turned round from how the column sorts by itself.</summary>
    public bool Turned { get; private set; }

    /// <summary>For the address; null while it is the table's own.</summary>
    public string? ChosenSort => _chosen == _own ? null : _chosen;

    public void SortBy(string key)
    {
        (_chosen, Turned) = (key, Sort == key && !Turned);
        Tell();
    }

    /// <summary>Takes the order that an address names; one that it does not know is left aside.</summary>
    public void Read(string address)
    {
        var query = QueryText.Parse(address);
        if (query.GetValueOrDefault("sort") is { } key && Choice.Columns.Any(column => column.Key == key && column.IsSortable)) _chosen = key;
        Turned = query.GetValueOrDefault("desc") == "1";
    }

    public void Tell() => Changed?.Invoke();
}

/// <summary>The same with the rows' own columns.</summary>
public sealed class TableState<T>(string name, IReadOnlyList<DataColumn<T>> columns, string sort = "") : TableState(name, columns, sort)
{
    public IEnumerable<DataColumn<T>> Shown => columns.Where(Choice.Shows);

    /// <summary>Equal rows stay in the order in which they come.</summary>
    public IReadOnlyList<T> Arrange(IReadOnlyList<T> rows)
    {
        if (columns.FirstOrDefault(column => column.Key == Sort) is not { By: { } by } chosen) return rows;
        var keyed = rows.Select(row => (Row: row, Key: by(row))).OrderBy(pair => pair.Key is null);
        var falls = chosen.NewestFirst != Turned;
        return [.. (falls ? keyed.ThenByDescending(pair => pair.Key, s_order) : keyed.ThenBy(pair => pair.Key, s_order)).Select(pair => pair.Row)];
    }

    private static readonly Comparer<object?> s_order = Comparer<object?>.Create((one, other) =>
        one is string text && other is string word ? StringComparer.OrdinalIgnoreCase.Compare(text, word) : Comparer<object>.Default.Compare(one!, other!));
}
