using ControlPlane.Contracts;
using Microsoft.JSInterop;

namespace ControlPlane.Dashboard.Views.Connections;

/// <summary>Which rows are shown, in which order, and which of them are drawn.</summary>
public sealed partial class ConnectionsView
{
    private const int WindowFrom = 200;
    private const int Overscan = 12;

    private readonly HeldOrder _order = new();
    private readonly int[] _counts = new int[Enum.GetValues<Standing>().Length];
    private IReadOnlyList<StandingRow> _shown = [];
    private IReadOnlySet<string> _needed = new HashSet<string>();
    private bool _pointer;
    private bool _focus;
    private int _first;
    private int _count = 60;
    private int _rowHeight = 36;

    private bool Windowed => _shown.Count > WindowFrom;

    private IEnumerable<StandingRow> Drawn => Windowed ? _shown.Skip(_first).Take(_count) : _shown;

    private int After => Math.Max(0, _shown.Count - _first - _count);

    /// <summary>The browser tells which rows are in view.</summary>
    [JSInvokable]
    public void OnWindow(int first, int count, int rowHeight)
    {
        (_first, _count, _rowHeight) = (Math.Max(0, first - Overscan), count + (2 * Overscan), rowHeight);
        if (Windowed) StateHasChanged();
    }

    private void Arrange()
    {
        _needed = StandingPolicy.Needed(Store.System, Store.Bots.Values);
        Array.Clear(_counts);
        var (chosen, query, sort, descending) = (Chosen, Query ?? "", SortKey, Desc);
        var rows = new List<StandingRow>(Store.Integrations.Count);
        foreach (var row in Store.Integrations.Values)
        {
            var standing = StandingPolicy.Of(row, _needed);
            _counts[(int)standing]++;
            if ((chosen is null || chosen == standing) && ConnectionOrder.Matches(row, query)) rows.Add(new StandingRow(row, standing));
        }

        rows.Sort((one, other) => ConnectionOrder.Compare(one, other, sort, descending));
        _shown = _order.Apply<StandingRow>(rows, line => line.Row.Provider);
        if (_first > 0 && _first >= _shown.Count) _first = 0;
    }

    private void Hold()
    {
        _pointer = true;
        _order.Hold([.. _shown.Select(line => line.Row.Provider)]);
    }

    private void PointerLeft() => Leave(ref _pointer);

    private void FocusIn()
    {
        _focus = true;
        _order.Hold([.. _shown.Select(line => line.Row.Provider)]);
    }

    private void FocusOut() => Leave(ref _focus);

    private void Leave(ref bool reason)
    {
        reason = false;
        if (!_pointer && !_focus) ReleaseOrder();
    }

    private void ReleaseOrder()
    {
        _order.Release();
        Arrange();
    }
}
