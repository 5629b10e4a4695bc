using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Policy;
using ControlPlane.Grains.Usage;
using ControlPlane.Grains.Usage.Policy;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Integrations;

/// <summary>Proof of use: figures from recorded events alone, null when the store could not be read.</summary>
internal sealed partial class ProviderGrain
{
    private UsageWindow? _window;
    private DateTimeOffset? _usageLostSince;
    private readonly List<UsageDelta> _deltasWhileReading = [];
    private bool _reading;
    private bool _inDoubt;
    private readonly TaskCompletionSource _deactivated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private static readonly string[] StepsOfACall = ["dns_tls", "auth", "scope"];

    /// <summary>How long whoever asks for figures waits for the first read of them.</summary>
    private static readonly TimeSpan s_firstRead = TimeSpan.FromSeconds(2);
    private Task _loaded = Task.CompletedTask;

    private const double RetrySeconds = 2;

    /// <summary>Recorded calls that are read at a time after a start or a move, and pages at most: what one bot reports must not hide what others saw before.</summary>
    private const int CallsAPage = 1_000;
    private const int MostPages = 20;

    private bool _callsKnown;
    private readonly CallRun _calls = new();
    private readonly BotCallWindow _botCalls = new();
    private ErrorRateFinding _errorRate = ErrorRateFinding.None;
    private IGrainTimer? _reconciling;

    public Task UsageCommitted(UsageDelta delta)
    {
        if (_reading) _deltasWhileReading.Add(delta);
        if (delta.IsDoubt) LookAgainSoon();
        else _window?.Apply(delta, _time.GetUtcNow());
        _calls.Take(delta, _time.GetUtcNow());
        _botCalls.Take(delta, _time.GetUtcNow());
        if (_calls.InDoubt && _definition is not null && _key.VerifySoon()) _calls.Asked();
        _notices.FiguresMoved();
        return Task.CompletedTask;
    }

    public async Task<ProviderDetail?> GetDetail()
    {
        if (_definition is not { } definition) return null;
        await LoadedAsync();
        var status = Status();

        // The same seconds as the window's: the count and the chart are one number, shown twice.
        var from = DateTimeOffset.FromUnixTimeSeconds(_time.GetUtcNow().ToUnixTimeSeconds() + 1).AddHours(-24);
        var history = TryReadAsync(async c => (await _services.Verifications.PageAsync(Id, 20, null, c)).Items);
        var hours = TryReadAsync(c => _services.Usage.ReadHoursAsync(Id, from, c));
        var events = TryReadAsync(async c => (await _services.Usage.PageAsync(Id, 20, null, c)).Items);
        var bots = TryReadAsync(c => _services.Usage.ReadBotsAsync(Id, from, c));
        await Task.WhenAll(history, hours, events, bots);

        var required = definition.Access.SelectMany(a => a.Requires).ToHashSet(StringComparer.Ordinal);
        var chosen = _secrets.Choice.Access?.Requires ?? definition.Access[0].Requires;
        return new ProviderDetail
        {
            Status = status,
            RequiredVariables = [.. definition.Variables.Where(v => chosen.Contains(v.Name)).Select(_secrets.Presence)],
            OptionalVariables = [.. definition.Variables.Where(v => !chosen.Contains(v.Name)).Select(_secrets.Presence)],
            HowToConnect = [.. definition.HowToConnect],
            Checklist = _key.LastReport?.Steps ?? Checklist(status, required.Count > 0),
            VerifyHistory = await history,
            Usage24h = status.Usage?.Count24h is null ? null : await hours,
            UsageFrom = from,
            RecentEvents = await events,
            UsedByBots24h = await bots,
        };
    }

    /// <summary>What may be shown now.</summary>
    private ShownFigures ShownFigures()
    {
        var now = _time.GetUtcNow();
        NoticeStoreLoss();
        if (_services.Gate.Read().Snapshot?.StoreDoubt() is { } doubt) return FigureAvailability.Unreadable(doubt.Since);
        return _window is { } window && _usageLostSince is null
            ? FigureAvailability.Of(window.Figures(now) with { ErrorRate15m = _errorRate.Rate, Calls15m = _errorRate.Calls }, _losses.Standing(now), now)
            : FigureAvailability.Unreadable(_usageLostSince ?? now);
    }

    /// <summary>While the store can't be read an alarm stays as it was: nothing proves that it is over.</summary>
    private void WatchErrorRate()
    {
        NoticeStoreLoss();
        if (_window is null || _usageLostSince is not null) return;
        var before = _errorRate;
        _errorRate = ErrorRatePolicy.Next(before, _botCalls.Counts(_time.GetUtcNow(), _services.Gate.HasLiveLease), _botCalls.Observed(_time.GetUtcNow()), _verify);
        if (_errorRate.Alarms.Keys.Any(bot => !before.Alarms.ContainsKey(bot))) _key.VerifySoon();
    }

    private Reason? TelemetryLost()
    {
        var name = _definition!.Name;
        if (_losses.Standing(_time.GetUtcNow()) is { } loss)
        {
            return new(Codes.TelemetryLost, Severity.Degraded, $"Recorded use of {name} was lost before it could be stored; its figures are not whole.", "Look at the logs of the programs that use it. The figures come back by themselves when they no longer reach back to the loss.", loss.Since);
        }

        return _usageLostSince is { } since
            ? new(Codes.DataUnavailable, Severity.Degraded, $"Use of {name} cannot be counted: the store has not been read.", "Look at the store.", since)
            : null;
    }

    /// <summary>The steps of a verify that has not been made yet.</summary>
    private ImmutableArray<VerifyStep> Checklist(ProviderStatus status, bool needsKeys)
    {
        var env = _secrets.Choice.Access is null
            ? new VerifyStep("env", StepResult.Failed, $"{string.Join(", ", _secrets.Choice.Missing)} not set.")
            : new VerifyStep("env", StepResult.Passed, needsKeys ? "Every required variable is present." : "No variable is required.");
        var rest = status.SupportsVerify ? "Not verified yet." : "No harmless verify call exists.";
        return [env, .. StepsOfACall.Select(s => new VerifyStep(s, StepResult.Skipped, rest))];
    }

    private async Task<ImmutableArray<T>?> TryReadAsync<T>(Func<CancellationToken, Task<ImmutableArray<T>>> read)
    {
        try
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(2), _time);
            return await read(deadline.Token).WaitAsync(TimeSpan.FromSeconds(2), _time, deadline.Token);
        }
        catch (Exception e)
        {
            LogDetailUnreadable(_logger, Id, e);
            return null;
        }
    }

    /// <summary>Reads what evidence does without, so that a provider that comes back elsewhere proves itself before its figures are there. Until
    /// then they are unavailable. After a death many come back at once: they take turns, those first that have keys to prove.</summary>
    private async Task LoadAsync()
    {
        using (await _services.Reads.EnterAsync(first: _secrets.Choice.Access is not null))
        {
            await Task.WhenAll(_history.LoadAsync(CancellationToken.None), ReloadUsageAsync());
        }

        Evaluate();
        _ = FollowStoreAsync();
    }

    private async Task LoadedAsync()
    {
        if (_loaded.IsCompleted) return;
        await _loaded.WaitAsync(s_firstRead, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private async Task ReloadUsageAsync()
    {
        if (_reading) return;
        _reading = true;
        _deltasWhileReading.Clear();
        var startedAt = _time.GetTimestamp();
        try
        {
            var read = await _services.Usage.ReadWindowAsync(Id, _time.GetUtcNow().AddHours(-24), _time.GetUtcNow(), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(5), _time);
            _window ??= new UsageWindow();
            _window.Rebuild(read, _time.GetUtcNow());
            foreach (var delta in _deltasWhileReading.Where(d => !d.IsDoubt)) _window.Apply(delta, _time.GetUtcNow());
            await RecallCallsAsync();
            _services.Store.Proven(startedAt);
            UsageKnown();
        }
        catch (Exception e)
        {
            // An old count is not shown as new: the figures are unavailable until the store answers.
            UsageUnknown();
            LogUsageUnreadable(_logger, Id, e);
        }
        finally
        {
            _reading = false;
        }
    }

    /// <summary>What failed before this activation counts on: a move must not make a failing provider good. Calls of the present second come as deltas.</summary>
    private async Task RecallCallsAsync()
    {
        if (_callsKnown) return;
        var until = DateTimeOffset.FromUnixTimeSeconds(_time.GetUtcNow().ToUnixTimeSeconds());
        var calls = new List<UsageEvent>();
        string? cursor = null;
        for (var pages = 0; pages == 0 || (cursor is not null && pages < MostPages); pages++)
        {
            var page = await _services.Usage.PageAsync(Id, CallsAPage, cursor, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(5), _time);
            calls.AddRange(page.Items.Where(call => call.OccurredAt < until));
            cursor = page.Items is [.., var oldest] && oldest.OccurredAt > until - BotCallWindow.Length ? page.Next : null;
        }

        calls.Reverse();
        _botCalls.Recall(calls, _time.GetUtcNow());
        _callsKnown = true;
        WatchErrorRate();
    }

    /// <summary>Figures that were in memory before the store was lost are not shown until they have been read again.</summary>
    private void NoticeStoreLoss()
    {
        if (!_services.Store.Holds) UsageUnknown();
    }

    private void UsageUnknown()
    {
        if (_usageLostSince is not null) return;
        _usageLostSince = _time.GetUtcNow();
        _notices.Changed();
    }

    private void UsageKnown()
    {
        if (_usageLostSince is null) return;
        _usageLostSince = null;
        _notices.Changed();
    }

    /// <summary>Tells of each loss of the store as it comes, and reads the figures as soon as it is back, until the grain is deactivated.</summary>
    private async Task FollowStoreAsync()
    {
        while (!_deactivated.Task.IsCompleted)
        {
            var turned = _services.Store.Turned;
            NoticeStoreLoss();
            if (_services.Store.Holds && _usageLostSince is not null) _reconciling!.Change(TimeSpan.Zero, TimeSpan.FromSeconds(RetrySeconds));
            await Task.WhenAny(turned, _deactivated.Task);
        }
    }

    /// <summary>Something may have been committed that no delta tells of.</summary>
    private void LookAgainSoon()
    {
        if (_inDoubt) return;
        _inDoubt = true;
        _reconciling?.Change(TimeSpan.FromSeconds(Math.Min(_usage.ReconcileSeconds, RetrySeconds)), TimeSpan.FromSeconds(_usage.ReconcileSeconds));
    }

    private async Task ReconcileUsageAsync(CancellationToken cancellationToken)
    {
        _inDoubt = false;
        await ReloadUsageAsync();

        // What could not be read is asked for again soon, not only with the next round.
        var next = TimeSpan.FromSeconds(_usageLostSince is null && !_inDoubt ? _usage.ReconcileSeconds : Math.Min(_usage.ReconcileSeconds, RetrySeconds));
        _reconciling!.Change(next, next);
        if (_losses.Unwritten) await _losses.WriteAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (_history.LostSince is not null) await _history.LoadAsync(cancellationToken);

        Evaluate();
    }

    [LoggerMessage(EventIds.ProviderUsageUnreadable, LogLevel.Warning, "Usage of {Provider} could not be read.")]
    private static partial void LogUsageUnreadable(ILogger logger, string provider, Exception exception);

    [LoggerMessage(EventIds.ProviderDetailUnreadable, LogLevel.Warning, "Details of {Provider} could not be read.")]
    private static partial void LogDetailUnreadable(ILogger logger, string provider, Exception exception);
}
