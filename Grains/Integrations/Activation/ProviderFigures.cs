using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Policy;
using ControlPlane.Grains.Usage;
using ControlPlane.Grains.Usage.Policy;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Integrations.Activation;

/// <summary>Proof of use: figures from recorded events alone, null when the store could not be read.</summary>
/// <param name="reconcile">Sets when the figures are read from the store next, and how often from then on.</param>
internal sealed partial class ProviderFigures(ProviderContext context, KeyVerdict key, LostUsage losses, Action<TimeSpan, TimeSpan> reconcile)
{
    private const double RetrySeconds = 2;

    /// <summary>Recorded calls that are read at a time after a start or a move, and pages at most. One bot's reports must not hide earlier calls of
    /// others.</summary>
    private const int CallsAPage = 1_000;
    private const int MostPages = 20;
    private readonly FailingCalls _calls = new(context.Verify);
    private readonly List<UsageDelta> _deltasWhileReading = [];
    private readonly TaskCompletionSource _deactivated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private UsageWindow? _window;
    private DateTimeOffset? _lostSince;
    private bool _reading;
    private bool _inDoubt;
    private bool _callsKnown;

    /// <summary>As of the last look.</summary>
    public ErrorRateFinding ErrorRate => _calls.ErrorRate;

    private DateTimeOffset Now => context.Time.GetUtcNow();

    private TimeSpan ReconcileEvery => TimeSpan.FromSeconds(context.Usage.ReconcileSeconds);

    private TimeSpan RetryAfter => TimeSpan.FromSeconds(Math.Min(context.Usage.ReconcileSeconds, RetrySeconds));

    /// <summary>Something was committed.</summary>
    public void Take(UsageDelta delta)
    {
        if (_reading) _deltasWhileReading.Add(delta);
        if (delta.IsDoubt) LookAgainSoon();
        else _window?.Apply(delta, Now);
        _calls.Take(delta, Now);
        if (_calls.InDoubt && key.VerifySoon()) _calls.Asked();
    }

    /// <summary>What may be shown now.</summary>
    public ShownFigures Shown()
    {
        var now = Now;
        NoticeStoreLoss();
        if (context.Services.Gate.Read().Snapshot?.StoreDoubt() is { } doubt) return FigureAvailability.Unreadable(doubt.Since);
        return _window is { } window && _lostSince is null
            ? FigureAvailability.Of(window.Figures(now) with { ErrorRate15m = ErrorRate.Rate, Calls15m = ErrorRate.Calls }, losses.Standing(now), now)
            : FigureAvailability.Unreadable(_lostSince ?? now);
    }

    /// <summary>Why the figures are not whole; null while they are.</summary>
    public Reason? TelemetryLost()
    {
        var name = context.Definition.Name;
        if (losses.Standing(Now) is { } loss)
        {
            return new(Codes.TelemetryLost, Severity.Degraded, $"Recorded use of {name} was lost before it could be stored; its figures are not whole.", "Look at the logs of the programs that use it. The figures come back by themselves when they no longer reach back to the loss.", loss.Since);
        }

        return _lostSince is { } since
            ? new(Codes.DataUnavailable, Severity.Degraded, $"Use of {name} cannot be counted: the store has not been read.", "Look at the store.", since)
            : null;
    }

    /// <summary>While the store can't be read an alarm stays as it was: nothing proves that it is over.</summary>
    public void WatchErrorRate()
    {
        NoticeStoreLoss();
        if (_window is null || _lostSince is not null) return;
        if (_calls.Watch(Now, context.Services.Gate.HasLiveLease)) key.VerifySoon();
    }

    /// <summary>No figure is known until it has been read.</summary>
    public void Unknown()
    {
        if (_lostSince is not null) return;
        _lostSince = Now;
        context.Notices.Changed();
    }

    /// <summary>Reads the figures from the store and schedules the next read. After a failure it is soon, not only in the next round.</summary>
    public async Task ReconcileAsync()
    {
        _inDoubt = false;
        await ReloadAsync();
        var next = _lostSince is null && !_inDoubt ? ReconcileEvery : RetryAfter;
        reconcile(next, next);
    }

    public async Task ReloadAsync()
    {
        if (_reading) return;
        _reading = true;
        _deltasWhileReading.Clear();
        var startedAt = context.Time.GetTimestamp();
        try
        {
            var read = await context.Services.Usage.ReadWindowAsync(context.Id, Now.AddHours(-24), Now, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(5), context.Time);
            _window ??= new UsageWindow();
            _window.Rebuild(read, Now);
            foreach (var delta in _deltasWhileReading.Where(d => !d.IsDoubt)) _window.Apply(delta, Now);
            await RecallCallsAsync();
            context.Services.Store.Proven(startedAt);
            Known();
        }
        catch (Exception e)
        {
            // An old count is not shown as new: the figures are unavailable until the store answers.
            Unknown();
            LogUsageUnreadable(context.Logger, context.Id, e);
        }
        finally
        {
            _reading = false;
        }
    }

    /// <summary>Tells of each loss of the store as it comes, and reads the figures as soon as it is back, until <see cref="Stop"/>.</summary>
    public async Task FollowStoreAsync()
    {
        var store = context.Services.Store;
        while (!_deactivated.Task.IsCompleted)
        {
            var turned = store.Turned;
            NoticeStoreLoss();
            if (store.Holds && _lostSince is not null) reconcile(TimeSpan.Zero, TimeSpan.FromSeconds(RetrySeconds));
            await Task.WhenAny(turned, _deactivated.Task);
        }
    }

    public void Stop() => _deactivated.TrySetResult();

    /// <summary>What failed before this activation counts on: a move must not make a failing provider good. Calls of the present second come as deltas.</summary>
    private async Task RecallCallsAsync()
    {
        if (_callsKnown) return;
        var until = DateTimeOffset.FromUnixTimeSeconds(Now.ToUnixTimeSeconds());
        var calls = new List<UsageEvent>();
        string? cursor = null;
        for (var pages = 0; pages == 0 || (cursor is not null && pages < MostPages); pages++)
        {
            var page = await context.Services.Usage.PageAsync(context.Id, CallsAPage, cursor, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(5), context.Time);
            calls.AddRange(page.Items.Where(call => call.OccurredAt < until));
            cursor = page.Items is [.., var oldest] && oldest.OccurredAt > until - BotCallWindow.Length ? page.Next : null;
        }

        calls.Reverse();
        _calls.Recall(calls, Now);
        _callsKnown = true;
        WatchErrorRate();
    }

    /// <summary>Figures that were in memory before the store was lost are not shown until they have been read again.</summary>
    private void NoticeStoreLoss()
    {
        if (!context.Services.Store.Holds) Unknown();
    }

    private void Known()
    {
        if (_lostSince is null) return;
        _lostSince = null;
        context.Notices.Changed();
    }

    /// <summary>Something may have been committed without a delta.</summary>
    private void LookAgainSoon()
    {
        if (_inDoubt) return;
        _inDoubt = true;
        reconcile(RetryAfter, ReconcileEvery);
    }

    [LoggerMessage(EventIds.ProviderUsageUnreadable, LogLevel.Warning, "Usage of {Provider} could not be read.")]
    private static partial void LogUsageUnreadable(ILogger logger, string provider, Exception exception);
}
