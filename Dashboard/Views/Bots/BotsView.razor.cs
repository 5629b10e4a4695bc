using ControlPlane.Contracts;
using ControlPlane.Dashboard.Browser;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;

namespace ControlPlane.Dashboard.Views.Bots;

/// <summary>All bots, worst first. Filter and selection stand in the address.</summary>
public sealed partial class BotsView
{
    private static readonly (string Key, string Word)[] s_states = [("blocked", "Blocked"), ("degraded", "Degraded"), ("unavailable", "Unavailable"), ("ok", "OK")];
    private BotFilter _filter = BotFilter.All;
    private IReadOnlyList<BotRow> _rows = [];
    private string? _current;
    private IDisposable? _keys;

    [Inject] private LocalClock Clock { get; set; } = default!;

    private UnavailableRow? Missing => Store.Missing("bots");

    protected override void OnInitialized()
    {
        base.OnInitialized();
        Navigation.LocationChanged += Moved;
        _keys = Keys.Subscribe(OnKeyAsync);
        Read();
    }

    protected override void BeforeRedraw() => Sort();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Navigation.LocationChanged -= Moved;
            _keys?.Dispose();
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
        _filter = new(query.GetValueOrDefault("q"), query.GetValueOrDefault("state"), query.GetValueOrDefault("tier"));
        Sort();
    }

    private void Sort() => _rows =
        [.. Store.Bots.Values.Where(_filter.Takes).OrderBy(BotPill.Rank).ThenBy(bot => bot.Name, StringComparer.OrdinalIgnoreCase).ThenBy(bot => bot.BotId, StringComparer.Ordinal)];

    private void Go(BotFilter filter) => Navigation.NavigateTo(
        QueryText.Format("bots", ("q", string.IsNullOrWhiteSpace(filter.Text) ? null : filter.Text), ("state", filter.State), ("tier", filter.Tier)), replace: true);

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
        await Browser.FocusAsync($"[data-bot=\"{_current}\"]");
        return true;
    }

    private static bool Same(string? one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static string Bool(bool value) => value ? "true" : "false";
}
