using ControlPlane.Dashboard.Feed;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Dashboard.Components;

/// <summary>A view of the live values: drawn again when they change, at most four times a second, and at once when the link does.</summary>
public abstract class LiveView : ComponentBase, IDisposable
{
    private bool _subscribed;

    [Inject] protected LiveFeed Feed { get; set; } = default!;

    protected FeedStore Store => Feed.Store;

    /// <summary>True while nothing may be done: the page is not live.</summary>
    protected bool Disabled => !Feed.Link.IsLive;

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected override void OnInitialized()
    {
        _subscribed = true;
        Feed.Redraw += Redraw;
        Feed.Link.Changed += Redraw;
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing || !_subscribed) return;
        Feed.Redraw -= Redraw;
        Feed.Link.Changed -= Redraw;
    }

    /// <summary>Called just before a drawing that the feed or the link asked for.</summary>
    protected virtual void BeforeRedraw()
    {
    }

    private void Redraw() => _ = InvokeAsync(() =>
    {
        BeforeRedraw();
        StateHasChanged();
    });
}
