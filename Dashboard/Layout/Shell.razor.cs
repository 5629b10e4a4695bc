using ControlPlane.Dashboard.Browser;
using ControlPlane.Dashboard.Components;
using ControlPlane.Dashboard.Feed;
using ControlPlane.Dashboard.Keys;
using ControlPlane.Dashboard.Link;
using ControlPlane.Dashboard.Session;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace ControlPlane.Dashboard.Layout;

/// <summary>Around every view: who is signed in, the live feed, the keyboard, the palette.</summary>
public sealed partial class Shell
{
    internal const string SingleKeys = "single-keys";

    private DotNetObjectReference<KeyHub>? _keys;
    private IDisposable? _taken;
    private bool _palette;
    private bool _shortcuts;
    private bool _ready;

    /// <summary>The seed of the prerendered page, so that it is not fetched and flashed again.</summary>
    [PersistentState]
    public string? Seed { get; set; }

    [Inject] private IPageSeedSource Seeds { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [Inject] private SessionClient Sessions { get; set; } = default!;

    [Inject] private SessionState Session { get; set; } = default!;

    [Inject] private LiveFeed Feed { get; set; } = default!;

    [Inject] private BrowserBridge Browser { get; set; } = default!;

    [Inject] private LocalClock Clock { get; set; } = default!;

    [Inject] private KeyHub Keys { get; set; } = default!;

    [Inject] private KillPrompt Kill { get; set; } = default!;

    [Inject] private Toasts Toasts { get; set; } = default!;

    public async ValueTask DisposeAsync()
    {
        Session.Changed -= SessionChanged;
        Feed.Link.Pulse -= Pulse;
        Feed.CameBack -= CameBack;
        Keys.Online -= Feed.Link.Online;
        _taken?.Dispose();
        await Feed.DisposeAsync();
        _keys?.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        Session.Changed += SessionChanged;
        if (Seeds.IsPrerendering) Seed = (await Seeds.ReadAsync())?.Write();
        if (PageSeed.Read(Seed) is not { } seed) return;
        if (seed.Snapshot is { } snapshot)
        {
            Feed.Store.Load(snapshot);
            Feed.Link.HasValues();
        }

        Session.SignedIn(seed.Role);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        _keys = DotNetObjectReference.Create(Keys);
        _taken = Keys.Subscribe(OnKeyAsync);
        Feed.Link.Pulse += Pulse;
        Feed.CameBack += CameBack;
        Keys.Online += Feed.Link.Online;
        Clock.Learn(await Browser.OffsetsAsync());
        Clock.Choose(await Browser.PreferenceAsync(LocalClock.Zoned) == "utc");
        if (!Session.Known)
        {
            var current = await Sessions.CurrentAsync();
            if (current.Role is { } role) Session.SignedIn(role);
            else Session.Anonymous();
        }

        Feed.Link.Online(await Browser.StartAsync(_keys, await Browser.PreferenceAsync(SingleKeys) != "off"));
        _ready = true;
        if (Session.Role is not null) Feed.Start();
        StateHasChanged();
    }

    private async Task<bool> OnKeyAsync(string key)
    {
        if (Session.Role is null) return false;
        if (KeyMap.Place(key) is { } place)
        {
            Navigation.NavigateTo(place);
            await Browser.FocusAsync("#view-title");
            return true;
        }

        switch (key)
        {
            case KeyMap.Palette:
                _palette = !_palette;
                break;
            case KeyMap.Shortcuts:
                _shortcuts = true;
                break;
            case KeyMap.Theme:
                await Browser.ThemeAsync();
                break;
            case KeyMap.Kill when Session.MayKill:
                Kill.Ask();
                break;
            default:
                return false;
        }

        StateHasChanged();
        return true;
    }

    private void SessionChanged() => _ = InvokeAsync(async () =>
    {
        Feed.Link.SessionOver(Session.OverSince is not null);
        if (_ready)
        {
            await Feed.StopAsync();
            if (Session is { Role: not null, OverSince: null }) Feed.Start();
        }

        StateHasChanged();
    });

    private void Pulse() => _ = Browser.LiveAsync(Feed.Link.IsLive ? LinkPolicy.BeatCounts : TimeSpan.Zero).AsTask();

    private void CameBack(int rows) => Toasts.Say($"Live again. {rows} {(rows == 1 ? "row" : "rows")} updated.");

    private Task SkipAsync() => Browser.FocusAsync("#main").AsTask();
}
