using ControlPlane.Dashboard.Browser;

namespace ControlPlane.Dashboard.Components;

/// <summary>Which columns a person wants of a table, remembered on this device. Without a choice the table shows those that its width allows.</summary>
public sealed class ColumnChoice(string table, IReadOnlyList<Column> columns)
{
    private const string Fitting = "auto";
    private HashSet<string>? _chosen;

    public IReadOnlyList<Column> Columns { get; } = columns;

    /// <summary>True while the table's width decides.</summary>
    public bool IsAuto => _chosen is null;

    /// <summary>What the style sheet looks at: <c>auto</c>, or the columns that are shown.</summary>
    public string Shown => _chosen is null ? Fitting : string.Join(' ', Columns.Where(Shows).Select(column => column.Name));

    /// <summary>Positions, from 1, of the columns that a person left out, for the style sheet; null while there is none.</summary>
    public string? Hidden => _chosen is null ? null : string.Join(' ', Enumerable.Range(1, Columns.Count).Where(at => !Shows(Columns[at - 1])));

    private string Preference => $"columns-{table}";

    public bool Shows(Column column) => column.Always || _chosen is null || _chosen.Contains(column.Name);

    public async Task ReadAsync(BrowserBridge browser)
    {
        if (await browser.PreferenceAsync(Preference) is not { Length: > 0 } kept || kept == Fitting) return;
        _chosen = [.. kept.Split(' ')];
    }

    public async Task ToggleAsync(Column column, BrowserBridge browser)
    {
        _chosen ??= [.. Columns.Select(one => one.Name)];
        if (!_chosen.Remove(column.Name)) _chosen.Add(column.Name);
        await browser.PreferAsync(Preference, Shown);
    }

    /// <summary>True when a person wants every column, whatever the width.</summary>
    public bool IsAll => _chosen is not null && Columns.All(Shows);

    public async Task AllAsync(BrowserBridge browser)
    {
        _chosen = [.. Columns.Select(one => one.Name)];
        await browser.PreferAsync(Preference, Shown);
    }

    public async Task FitAsync(BrowserBridge browser)
    {
        _chosen = null;
        await browser.PreferAsync(Preference, Fitting);
    }
}
