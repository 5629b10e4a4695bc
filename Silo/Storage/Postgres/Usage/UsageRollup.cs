using System.Runtime.InteropServices;
using ControlPlane.Abstractions;

namespace ControlPlane.Silo.Storage.Postgres.Usage;

/// <summary>What a commit adds to the roll-ups, and which of its events the index of pages lists.</summary>
internal sealed class UsageRollup
{
    /// <summary>Events of one provider and second within one commit that are listed, the newest of them.</summary>
    public const int ListedPerCell = 32;

    private readonly Dictionary<(string Provider, long Second), Cell> _cells = [];
    private readonly Dictionary<(string Provider, string Bot), long> _bots = [];

    public UsageRollup(IReadOnlyList<UsageGroup.Row> rows)
    {
        Listed = new bool[rows.Count];
        for (var i = 0; i < rows.Count; i++) Take(rows[i], i);
        foreach (var cell in _cells.Values) List(rows, cell.Rows);
    }

    /// <summary>For each row: whether it is listed.</summary>
    public bool[] Listed { get; }

    /// <summary>Sorted: every writer takes the rows of the roll-ups in the same order.</summary>
    public IEnumerable<(string Provider, long Second, Cell Cell)> Seconds => _cells
        .OrderBy(c => c.Key.Provider, StringComparer.Ordinal).ThenBy(c => c.Key.Second).Select(c => (c.Key.Provider, c.Key.Second, c.Value));

    /// <summary>Last use, in microseconds, of each provider by each bot; sorted.</summary>
    public IEnumerable<(string Provider, string Bot, long At)> Bots => _bots
        .OrderBy(b => b.Key.Provider, StringComparer.Ordinal).ThenBy(b => b.Key.Bot, StringComparer.Ordinal).Select(b => (b.Key.Provider, b.Key.Bot, b.Value));

    private void Take(UsageGroup.Row row, int index)
    {
        var provider = CopyBuffer.Storable(row.Event.Provider);
        ref var cell = ref CollectionsMarshal.GetValueRefOrAddDefault(_cells, (provider, row.Second), out _);
        cell ??= new Cell();
        cell.Rows.Add(index);
        if (row.Event.Status != UsageStatus.Ok) cell.Errors++;
        if (row.Event.Source == UsageSource.Observed) cell.Observed++;
        if (row.Event.BotId is not { } bot) return;
        ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(_bots, (provider, CopyBuffer.Storable(bot)), out var known);
        last = known ? Math.Max(last, row.At) : row.At;
    }

    private void List(IReadOnlyList<UsageGroup.Row> rows, List<int> cell)
    {
        if (cell.Count > ListedPerCell) cell.Sort((a, b) => rows[a].At == rows[b].At ? b.CompareTo(a) : rows[b].At.CompareTo(rows[a].At));
        foreach (var row in CollectionsMarshal.AsSpan(cell)[..Math.Min(cell.Count, ListedPerCell)]) Listed[row] = true;
    }

    /// <summary>The events of one provider and second.</summary>
    internal sealed class Cell
    {
        /// <summary>Numbers of the rows; the listed ones first.</summary>
        public List<int> Rows { get; } = [];

        public long Errors { get; set; }

        public long Observed { get; set; }

        public int Unlisted => Math.Max(0, Rows.Count - ListedPerCell);
    }
}
