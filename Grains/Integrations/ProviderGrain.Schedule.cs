using System.Diagnostics;
using ControlPlane.Grains.Integrations.Policy;

namespace ControlPlane.Grains.Integrations;

/// <summary>When a verify is made without a person's wish.</summary>
internal sealed partial class ProviderGrain
{
    private const string Scheduled = "schedule";
    private const string FailedCalls = "failed_calls";

    private NextVerify _nextVerify = NextVerify.AtStart;
    private long _dueAt;
    private string _dueBy = Scheduled;

    /// <summary>When it would be due without failing calls.</summary>
    private long _scheduledAt;
    private string _nowBy = "secrets_changed";

    /// <summary>For people; what counts is <see cref="_dueAt"/>.</summary>
    private DateTimeOffset _dueWallClock;

    /// <summary>Timestamp before which no new call may be made with the same secrets.</summary>
    private long _quietUntil;

    /// <summary>Suspensions of the host that this activation has taken in; null before the first look.</summary>
    private long? _suspensionsTaken;

    private enum NextVerify
    {
        /// <summary>As soon as the start's back-off allows.</summary>
        AtStart,
        Now,

        /// <summary>It came from another silo, which knew its keys to be good: no start, so no back-off.</summary>
        Moved,
        AtDueTime,

        /// <summary>Only other secrets or a person bring the next one.</summary>
        OnRequest,
    }

    private VerifySchedule Schedule => VerifySchedule.For(_verify, _settings, _choice.Access?.Verify?.MinIntervalS ?? _definition!.Access.FirstOrDefault(a => a.Verify is not null)?.Verify?.MinIntervalS ?? 60) with { RetryRefused = _choice.Access?.Verify?.RetryRefused ?? false };

    private DateTimeOffset? DueAt => _nextVerify == NextVerify.AtDueTime ? _dueWallClock : null;

    public async Task VerifyIfDue()
    {
        if (_definition is null) return;
        LoadSecrets();
        Evaluate();
        if (_choice.Access?.Verify is null || _inFlight is not null || _testCall is not null) return;
        switch (_nextVerify)
        {
            case NextVerify.AtStart:
                if (!await StartMayVerifyAsync() || _inFlight is not null) return;
                _ = Start("startup", ActivityTraceId.CreateRandom().ToHexString());
                break;
            case NextVerify.Moved:
                _ = Start("moved", ActivityTraceId.CreateRandom().ToHexString());
                break;
            case NextVerify.Now:
                // Other secrets than those of the last call, or a host that slept: the minimum interval does not hold, a provider's own wish does.
                _ = Start(_nowBy, ActivityTraceId.CreateRandom().ToHexString());
                break;
            case NextVerify.AtDueTime when Remaining(_dueAt) <= TimeSpan.Zero:
                // What bots report is no reason to log in: then the verify waits for its own time.
                if (_dueBy == FailedCalls && Remaining(_scheduledAt) > TimeSpan.Zero && _services.Verifier.LogsIn(Target()))
                {
                    (_dueAt, _dueBy) = (_scheduledAt, Scheduled);
                    return;
                }

                _ = Start(_dueBy, ActivityTraceId.CreateRandom().ToHexString());
                break;
        }
    }

    /// <summary>Calls contradict a good verdict: the scheduled verify comes as early as the minimum interval allows, and no earlier.</summary>
    private bool VerifySoon()
    {
        if (_nextVerify != NextVerify.AtDueTime || !_verdict.IsVerified) return false;
        _dueAt = Math.Min(_dueAt, _quietUntil);
        _dueBy = FailedCalls;
        return true;
    }

    /// <summary>A verdict from before the host slept counts no more: the provider is verified once at once, its own Retry-After kept.
    /// A key that was refused stays refused: asking again might lock the account.</summary>
    private void TakeSuspension()
    {
        var watch = _services.Suspension;
        watch.Look();
        if (_suspensionsTaken == watch.Count) return;
        var first = _suspensionsTaken is null;
        _suspensionsTaken = watch.Count;
        if (first || _nextVerify == NextVerify.AtStart || _verdict is { Conclusive: not null, IsVerified: false }) return;
        _verdict = VerdictRecord.None;
        _lastReport = null;
        _quietUntil = _leaveAloneUntil;
        if (Remaining(_leaveAloneUntil) <= TimeSpan.Zero) (_nextVerify, _nowBy) = (NextVerify.Now, "host_suspended");
        else (_nextVerify, _dueAt, _dueBy) = (NextVerify.AtDueTime, _leaveAloneUntil, "host_suspended");
    }

    /// <summary>Lets the verify at start through at once, unless the process has been starting over and over.</summary>
    private async Task<bool> StartMayVerifyAsync()
    {
        var now = _time.GetUtcNow();
        var recent = _attempts.State.Starts.Where(s => s <= now && s > now.AddMinutes(-10)).ToList();
        var delay = Schedule.StartDelay(recent.Count);
        if (delay > TimeSpan.Zero && recent[^1] + delay > now) return false;
        _nextVerify = NextVerify.OnRequest;
        _attempts.State.Starts = [.. recent.TakeLast(19), now];
        try
        {
            await _attempts.WriteStateAsync();
        }
        catch (Exception e)
        {
            LogNotRecorded(_logger, Id, e);
        }

        return true;
    }

    private TimeSpan Remaining(long until) => TimeSpan.FromSeconds((until - _time.GetTimestamp()) / (double)_time.TimestampFrequency);

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);
}
