using ControlPlane.Contracts;
using ControlPlane.Dashboard.Browser;
using ControlPlane.Dashboard.Components;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;

namespace ControlPlane.Dashboard.Views.Bots;

/// <summary>All bots, worst first. Filter and selection stand in the address.</summary>
public sealed partial class BotsView
{
    private static readonly (string Key, string Word)[] s_states = [("blocked", "Blocked"), ("degraded", "Degraded"), ("unavailable", "Unavailable"), ("ok", "OK")];
    private BotFilter _filter = BotFilter.All;
    private IReadOnlyList<BotRow> _rows = [];
    private const string Box = "bots-scroll";
    private readonly ColumnChoice _columns = new("bots", BotColumns.All);
    private RowWindow _window = default!;
    private string? _current;
    private IDisposable? _keys;

    [Inject] private LocalClock Clock { get; set; } = default!;

    private UnavailableRow? Missing => Store.Missing("bots");

    protected override void OnInitialized()
    {
        base.OnInitialized();
        _window = new(Browser, Box, () => _ = InvokeAsync(StateHasChanged));
        Navigation.LocationChanged += Moved;
        _keys = Keys.Subscribe(OnKeyAsync);
        Read();
    }

    protected override void BeforeRedraw() => Sort();

    protected override Task OnAfterRenderAsync(bool firstRender) => _window.WatchAsync(_rows.Count);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Navigation.LocationChanged -= Moved;
            _keys?.Dispose();
            _window.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Moved(object? sender, LocationChangedEventArgs e)
    {
        Read();
        StateHasChanged();
    }

    private void Read()
    {
        var query = QueryText.Parse(Navigation.Uri);
        _filter = new(query.GetValueOrDefault("q"), query.GetValueOrDefault("state"), query.GetValueOrDefault("tier"), query.GetValueOrDefault("sort"), query.GetValueOrDefault("desc") == "1");
        Sort();
    }

    private void Sort()
    {
        _rows = BotOrder.Sort(Store.Bots.Values.Where(_filter.Takes), _filter.SortKey, _filter.Turned);
        _window.Fit(_rows.Count);
    }

    private void Order(string key) => Go(_filter with { Sort = key == BotOrder.Default ? null : key, Turned = _filter.SortKey == key && !_filter.Turned });

    private void Go(BotFilter filter) => Navigation.NavigateTo(
        QueryText.Format("bots", ("q", string.IsNullOrWhiteSpace(filter.Text) ? null : filter.Text), ("state", filter.State), ("tier", filter.Tier), ("sort", filter.Sort), ("desc", filter.Turned ? "1" : null)), replace: true);

    private async Task<bool> OnKeyAsync(string key)
    {
        switch (key)
        {
            case "/":
                await Browser.FocusAsync("#filter");
                return true;
            case "j" or "ArrowDown":
                return await MoveAsync(1);
            case "k" or "ArrowUp":
                return await MoveAsync(-1);
            case "Home":
                return await MoveAsync(-_rows.Count);
            case "End":
                return await MoveAsync(_rows.Count);
            default:
                return false;
        }
    }

    private async Task<bool> MoveAsync(int by)
    {
        if (_rows.Count == 0) return false;
        var at = _rows.ToList().FindIndex(row => row.BotId == _current);
        var next = Math.Clamp(at < 0 ? (by > 0 ? 0 : _rows.Count - 1) : at + by, 0, _rows.Count - 1);
        _current = _rows[next].BotId;
        StateHasChanged();
        await Browser.FocusRowAsync(Box, next, $"[data-bot=\"{_current}\"]");
        return true;
    }

    private static bool Same(string? one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static string Bool(bool value) => value ? "true" : "false";
}
