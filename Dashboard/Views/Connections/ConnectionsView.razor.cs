using ControlPlane.Contracts;
using ControlPlane.Dashboard.Browser;
using ControlPlane.Dashboard.Components;
using ControlPlane.Dashboard.Keys;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;

namespace ControlPlane.Dashboard.Views.Connections;

/// <summary>All connections: configured, verified, used. What is chosen is in the address.</summary>
public sealed partial class ConnectionsView
{
    private const string Box = "connections-scroll";

    private readonly ColumnChoice _columns = new("connections", ConnectionColumns.All);
    private RowWindow _window = default!;
    private EventCallback<string> _open;
    private EventCallback<string> _how;
    private EventCallback<string> _reached;
    private EventCallback<IntegrationRow> _verify;
    private IDisposable? _keys;
    private IDisposable? _commands;
    private string? _stop;
    private bool _found;

    [Inject] private ConnectionActions Actions { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [Inject] private BrowserBridge Browser { get; set; } = default!;

    [Inject] private LocalClock Clock { get; set; } = default!;

    [Inject] private KeyHub Keys { get; set; } = default!;

    [Inject] private PageCommands Commands { get; set; } = default!;

    [Inject] private Toasts Toasts { get; set; } = default!;

    private IntegrationRow? Opened => Provider is not null && Store.Integrations.TryGetValue(Provider, out var row) ? row : null;

    /// <summary>The one row that Tab stops at.</summary>
    private string? Stop => Provider ?? (_stop is not null && Rows.Any(line => line.Row.Provider == _stop) ? _stop : Rows.Count > 0 ? Rows[0].Row.Provider : null);

    protected override void OnInitialized()
    {
        base.OnInitialized();
        _window = new(Browser, Box, () => _ = InvokeAsync(StateHasChanged));
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
        if (Provider is not null && !_found && Rows.Count > 0)
        {
            _found = true;
            for (var i = 0; i < Rows.Count; i++)
            {
                if (Rows[i].Row.Provider == Provider) await Browser.ShowRowAsync(Box, i, $"#row-{Provider}");
            }
        }

        await _window.WatchAsync(Rows.Count);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Actions.Changed -= ActionsChanged;
            _keys?.Dispose();
            _commands?.Dispose();
            _window.Dispose();
        }

        base.Dispose(disposing);
    }

    private void ActionsChanged() => _ = InvokeAsync(StateHasChanged);

    private IEnumerable<PageCommand> Offered()
    {
        yield return new PageCommand("Verify all connections", "Action", Actions.VerifyAllAsync, Actions.WhyNot() is null);
        foreach (var line in Rows)
        {
            yield return new PageCommand($"Verify {line.Row.Name}", "Action", () => Actions.VerifyAsync(line.Row), Actions.WhyNotVerify(line.Row) is null);
        }
    }
}
