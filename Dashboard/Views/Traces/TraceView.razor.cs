using Microsoft.AspNetCore.Components;

namespace ControlPlane.Dashboard.Views.Traces;

/// <summary>One trace id, and every record among the newest that carries it.</summary>
public sealed partial class TraceView
{
    private readonly CancellationTokenSource _gone = new();
    private CancellationTokenSource? _run;
    private TraceSearch? _search;
    private string? _shown;
    private bool _done;

    [Parameter] public string TraceId { get; set; } = "";

    private string Says => _search switch
    {
        null => "",
        _ when !_done => "Looking…",
        { Unread: 0 } => "",
        { Unread: 1 } => "1 list could not be read",
        { Unread: var unread } => $"{unread} lists could not be read",
    };

    protected override void OnAfterRender(bool firstRender) => Look();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _gone.Cancel();
            _run?.Dispose();
            _gone.Dispose();
        }

        base.Dispose(disposing);
    }

    // The rows say where to look, so it waits for them.
    private void Look()
    {
        if (_shown == TraceId || !Feed.Link.IsLive || TraceSearch.Id(TraceId) is not { } trace) return;
        (_shown, _done) = (TraceId, false);
        _run?.Cancel();
        _run?.Dispose();
        _run = CancellationTokenSource.CreateLinkedTokenSource(_gone.Token);
        _search = new TraceSearch(Api, Store, Session);
        _ = RunAsync(_search, trace, _run.Token);
    }

    private async Task RunAsync(TraceSearch search, string trace, CancellationToken cancellationToken)
    {
        try
        {
            await search.RunAsync(trace, StateHasChanged, cancellationToken);
            _done = true;
            StateHasChanged();
        }
        catch (OperationCanceledException)
        {
            // The view is gone, or shows another trace.
        }
    }
}
