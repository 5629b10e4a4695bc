using ControlPlane.Dashboard.Feed;
using ControlPlane.Dashboard.Keys;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Dashboard.Components;

/// <summary>A view with parts that are asked for and not pushed.</summary>
public abstract class PolledView : LiveView
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _gone = new();
    private AskPace _pace = default!;
    private bool _asking;

    [Inject] protected TimeProvider Clockwork { get; set; } = default!;

    [Inject] protected ActPrompt Acts { get; set; } = default!;

    [Inject] protected KeyHub Browsing { get; set; } = default!;

    protected CancellationToken Gone => _gone.Token;

    /// <summary>What the parts hang on; another value is a change.</summary>
    protected virtual object? Watched => Store.Revision;

    /// <summary>True while the parts change without a message.</summary>
    protected virtual bool ChangesUnannounced => false;

    /// <summary>False while the parts are not to be asked for.</summary>
    protected virtual bool MayAsk => true;

    protected abstract Task AskAsync(CancellationToken cancellationToken);

    /// <summary>Asks at once, for what a person has done.</summary>
    protected async Task AskNowAsync()
    {
        if (_asking)
        {
            _pace.Hurry();
            return;
        }

        _asking = true;
        _pace.Asked();
        try
        {
            await AskAsync(Gone);
        }
        finally
        {
            _asking = false;
        }

        if (!Gone.IsCancellationRequested) StateHasChanged();
    }

    protected override void OnInitialized()
    {
        base.OnInitialized();
        _pace = new(Clockwork);
        Acts.Done += Carried;
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _ = PollAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Acts.Done -= Carried;
            _gone.Cancel();
            _gone.Dispose();
        }

        base.Dispose(disposing);
    }

    // A page that nobody looks at asks for nothing, once it has something to show.
    private bool IsSeen => Browsing.IsVisible || _pace.IsFirst;

    private void Carried() => _ = InvokeAsync(AskNowAsync);

    private async Task PollAsync()
    {
        var gone = Gone;
        while (!gone.IsCancellationRequested)
        {
            if (!Disabled && MayAsk && IsSeen && !_asking && _pace.IsDue(Watched, ChangesUnannounced)) await InvokeAsync(AskNowAsync);
            await Task.Delay(s_look, Clockwork, gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
