using ControlPlane.Contracts;
using ControlPlane.Dashboard.Browser;
using ControlPlane.Dashboard.Components;
using ControlPlane.Dashboard.Keys;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;

namespace ControlPlane.Dashboard.Views.Connections;

/// <summary>All connections: configured, verified, used. What is chosen is in the address.</summary>
public sealed partial class ConnectionsView
{
    private const string Box = "connections-scroll";
    private const int WindowFrom = 200;
    private const int Overscan = 12;

    private static readonly (string Key, string Title, string Css)[] s_columns =
    [
        ("provider", "Provider", "c-name"),
        ("category", "Category", "c-cat"),
        ("configured", "Configured", "c-conf"),
        ("connected", "Connected", "c-conn"),
        ("verified", "Last verified", "c-ver"),
        ("used", "Last used", "c-used"),
        ("bots", "Used by bot", "c-bots"),
        ("proof", "Proof 24 h", "c-proof num"),
    ];

    private readonly HeldOrder _order = new();
    private readonly int[] _counts = new int[Enum.GetValues<Standing>().Length];
    private IReadOnlyList<StandingRow> _shown = [];
    private IReadOnlySet<string> _needed = new HashSet<string>();
    private EventCallback<string> _open;
    private EventCallback<string> _how;
    private EventCallback<string> _reached;
    private EventCallback<IntegrationRow> _verify;
    private DotNetObjectReference<ConnectionsView>? _me;
    private IDisposable? _keys;
    private IDisposable? _commands;
    private string? _stop;
    private bool _pointer;
    private bool _focus;
    private int _first;
    private int _count = 60;
    private int _rowHeight = 36;
    private bool _watching;
    private bool _found;

    [Parameter] public string? Provider { get; set; }

    [Parameter, SupplyParameterFromQuery(Name = "state")] public string? State { get; set; }

    [Parameter, SupplyParameterFromQuery(Name = "q")] public string? Query { get; set; }

    [Parameter, SupplyParameterFromQuery(Name = "sort")] public string? Sort { get; set; }

    [Parameter, SupplyParameterFromQuery(Name = "desc")] public int Descending { get; set; }

    [Parameter, SupplyParameterFromQuery(Name = "how")] public int How { get; set; }

    [Inject] private ConnectionActions Actions { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [Inject] private BrowserBridge Browser { get; set; } = default!;

    [Inject] private LocalClock Clock { get; set; } = default!;

    [Inject] private KeyHub Keys { get; set; } = default!;

    [Inject] private PageCommands Commands { get; set; } = default!;

    [Inject] private Toasts Toasts { get; set; } = default!;

    private Standing? Chosen => StandingPolicy.Parse(State);

    private string SortKey => Sort ?? ConnectionOrder.Default;

    private bool Desc => Descending == 1;

    // Newest and most come first by themselves.
    private bool Falls(string key) => Desc != (key is "verified" or "used" or "proof");

    private IntegrationRow? Opened => Provider is not null && Store.Integrations.TryGetValue(Provider, out var row) ? row : null;

    /// <summary>The one row that Tab stops at.</summary>
    private string? Stop => Provider ?? (_stop is not null && _shown.Any(line => line.Row.Provider == _stop) ? _stop : _shown.Count > 0 ? _shown[0].Row.Provider : null);

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

    protected override void OnInitialized()
    {
        base.OnInitialized();
        _open = EventCallback.Factory.Create<string>(this, OpenRow);
        _how = EventCallback.Factory.Create<string>(this, OpenHow);
        _reached = EventCallback.Factory.Create<string>(this, provider => _stop = provider);
        _verify = EventCallback.Factory.Create<IntegrationRow>(this, row => Actions.VerifyAsync(row));
        Actions.Changed += ActionsChanged;
        _keys = Keys.Subscribe(OnKeyAsync);
        _commands = Commands.Offer(Offered);
    }

    protected override void OnParametersSet() => Arrange();

    protected override void BeforeRedraw() => Arrange();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (Provider is not null && !_found && _shown.Count > 0)
        {
            _found = true;
            for (var i = 0; i < _shown.Count; i++)
            {
                if (_shown[i].Row.Provider == Provider) await Browser.ShowRowAsync(Box, i, $"#row-{Provider}");
            }
        }

        if (!Windowed || _watching) return;
        _watching = true;
        _me = DotNetObjectReference.Create(this);
        await Browser.WatchWindowAsync(Box, _me);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Actions.Changed -= ActionsChanged;
            _keys?.Dispose();
            _commands?.Dispose();
            if (_watching) _ = Browser.UnwatchWindowAsync(Box).AsTask();
            _me?.Dispose();
        }

        base.Dispose(disposing);
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

    private void Filter(ChangeEventArgs e) => Go(new(Provider, State, e.Value?.ToString(), Sort, Desc), replace: true);

    private void Choose(Standing standing) => Go(new(Provider, Chosen == standing ? null : standing.Key(), Query, Sort, Desc), replace: true);

    private void Order(string key)
    {
        _order.Release();
        Go(new(Provider, State, Query, key, SortKey == key && !Desc), replace: true);
    }

    private void Clear() => Go(new(Provider, null, null, Sort, Desc), replace: true);

    private void OpenRow(string provider) => Go(new(provider, State, Query, Sort, Desc), replace: Opened is not null);

    private void OpenHow(string provider) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(
            new ConnectionsAddress(provider, State, Query, Sort, Desc).Write(Navigation), new Dictionary<string, object?> { ["how"] = 1 }));

    private async Task Close()
    {
        var row = Provider;
        Go(new(null, State, Query, Sort, Desc), replace: false);
        _stop = row;
        await Browser.FocusAsync($"#row-{row}");
    }

    private void Go(ConnectionsAddress address, bool replace) => Navigation.NavigateTo(address.Write(Navigation), new NavigationOptions { ReplaceHistoryEntry = replace });

    private void ActionsChanged() => _ = InvokeAsync(StateHasChanged);

    private IEnumerable<PageCommand> Offered()
    {
        yield return new PageCommand("Verify all connections", "Action", Actions.VerifyAllAsync, Actions.WhyNot() is null);
        foreach (var line in _shown)
        {
            yield return new PageCommand($"Verify {line.Row.Name}", "Action", () => Actions.VerifyAsync(line.Row), Actions.WhyNotVerify(line.Row) is null);
        }
    }

    private RenderFragment Nothing => builder =>
    {
        if (Store.Missing("integrations") is { } gone)
        {
            Say(builder, $"Connections unavailable since {Clock.Minute(gone.Since)}.", $"{gone.Code} from the control plane.", "Try again", Feed.RetryNow);
        }
        else if (!Store.HasValues)
        {
            Say(builder, "No values have been received.", "The connections appear here as soon as the control plane answers.", null, null);
        }
        else if (Store.Integrations.Count == 0)
        {
            Say(builder, "No connections registered.", "Add a provider to the control plane configuration.", null, null);
        }
        else
        {
            Say(builder, "No connection matches.", $"The filter hides all {Store.Integrations.Count} connections.", "Clear filter", Clear);
        }
    };

    private void Say(Microsoft.AspNetCore.Components.Rendering.RenderTreeBuilder builder, string what, string says, string? door, Action? go)
    {
        builder.OpenComponent<EmptyState>(0);
        builder.AddComponentParameter(1, nameof(EmptyState.What), what);
        builder.AddComponentParameter(2, nameof(EmptyState.Says), says);
        builder.AddComponentParameter(3, nameof(EmptyState.Door), door);
        builder.AddComponentParameter(4, nameof(EmptyState.Go), EventCallback.Factory.Create(this, go ?? (() => { })));
        builder.CloseComponent();
    }
}
