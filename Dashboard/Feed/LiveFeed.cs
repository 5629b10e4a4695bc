using ControlPlane.Dashboard.Link;
using ControlPlane.Dashboard.Session;

namespace ControlPlane.Dashboard.Feed;

/// <summary>Keeps the page connected: connects, subscribes, subscribes again after a gap, and comes back after a loss.</summary>
public sealed class LiveFeed : IAsyncDisposable
{
    private readonly IFeedTransport _transport;
    private readonly SessionState _session;
    private readonly TimeProvider _time;
    private readonly RenderPace _pace;
    private CancellationTokenSource? _stop;
    private TaskCompletionSource _hurry = NewSignal();
    private TaskCompletionSource _gap = NewSignal();
    private Task _run = Task.CompletedTask;
    private bool _wasLive;

    public LiveFeed(IFeedTransport transport, FeedStore store, LinkMonitor link, SessionState session, TimeProvider time)
    {
        (_transport, Store, Link, _session, _time) = (transport, store, link, session, time);
        _pace = new RenderPace(time, () => Redraw?.Invoke());
        store.Changed += _pace.Touch;
        store.Beaten += link.Beat;
        store.Gapped += () => _gap.TrySetResult();
    }

    /// <summary>The link is back after a loss; the number of rows that are not as they were.</summary>
    public event Action<int>? CameBack;

    /// <summary>The values are to be drawn again. All views of the page are told at once: what stands side by side is of one moment.</summary>
    public event Action? Redraw;

    public FeedStore Store { get; }

    public LinkMonitor Link { get; }

    public void Start()
    {
        if (_stop is not null) return;
        _stop = new CancellationTokenSource();
        Link.Start();
        _run = RunAsync(_stop.Token);
    }

    /// <summary>Lets all views draw what has changed without a message.</summary>
    public void RedrawNow() => _pace.Draw();

    /// <summary>Does not wait for the next try.</summary>
    public void RetryNow() => _hurry.TrySetResult();

    public async Task StopAsync()
    {
        if (_stop is not { } stop) return;
        _stop = null;
        await stop.CancelAsync();
        await _run;
        stop.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        Store.Beaten -= Link.Beat;
        Store.Changed -= _pace.Touch;
        _pace.Dispose();
        await StopAsync();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await _transport.OpenAsync(Store, cancellationToken);
                await FollowAsync(connection, () => failures = 0, cancellationToken);
            }
            catch (FeedUnreachableException)
            {
                // Counted below like a loss.
            }
            catch (OperationCanceledException)
            {
                return;
            }

            if (cancellationToken.IsCancellationRequested) return;
            failures++;
#pragma warning disable CA5394 // Not for security.
            var wait = RetryDelays.After(failures, Random.Shared.NextDouble());
#pragma warning restore CA5394
            Link.Lost(wait);
            if (await _session.IsOverAsync()) return;
            await WaitAsync(wait, cancellationToken);
        }
    }

    private async Task FollowAsync(IFeedConnection connection, Action opened, CancellationToken cancellationToken)
    {
        while (!connection.Lost.IsCompleted)
        {
            _gap = NewSignal();
            Store.BeginSubscribe();
            var changed = Store.Load(await connection.SubscribeAsync(cancellationToken));
            var back = _wasLive && !Link.IsLive;
            Link.Opened();
            opened();
            _wasLive = true;
            if (back) CameBack?.Invoke(changed);
            await Task.WhenAny(connection.Lost, _gap.Task).WaitAsync(cancellationToken);
        }
    }

    private async Task WaitAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        _hurry = NewSignal();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(Task.Delay(wait, _time, enough.Token), _hurry.Task);
        await enough.CancelAsync();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
