using ControlPlane.Grains.Integrations.Policy;

namespace ControlPlane.Grains.Integrations.Activation;

/// <summary>When the next verify is made without a person's wish, and how long none may be made. Measured on the monotonic clock.</summary>
internal sealed class VerifyTiming(TimeProvider time)
{
    private const string Scheduled = "schedule";
    private const string FailedCalls = "failed_calls";
    private long _dueAt;
    private string _dueBy = Scheduled;

    /// <summary>When it would be due without failing calls.</summary>
    private long _scheduledAt;
    private string _nowBy = "secrets_changed";

    /// <summary>For people; what counts is <see cref="_dueAt"/>.</summary>
    private DateTimeOffset _dueWallClock;

    /// <summary>Timestamp before which no new call may be made with the same secrets.</summary>
    private long _quietUntil;

    /// <summary>Timestamp until which the provider has asked to be left alone.</summary>
    private long _leaveAloneUntil;

    public NextVerify Next { get; private set; } = NextVerify.AtStart;

    public DateTimeOffset? DueAt => Next == NextVerify.AtDueTime ? _dueWallClock : null;

    /// <summary>How long a verify with the same secrets has to wait; zero or less when it need not.</summary>
    public TimeSpan Quiet => Remaining(_quietUntil);

    /// <summary>Other secrets than those of the last call: the minimum interval does not hold.</summary>
    /// <param name="first">True for the first ones of this activation.</param>
    /// <param name="moved">True when the activation came from another silo.</param>
    public void SecretsLoaded(bool first, bool moved) =>
        (Next, _nowBy) = (!first ? NextVerify.Now : moved ? NextVerify.Moved : NextVerify.AtStart, "secrets_changed");

    /// <summary>The host slept: one verify at once, the provider's own wish to be left alone kept.</summary>
    public void HostSlept()
    {
        _quietUntil = _leaveAloneUntil;
        if (Remaining(_leaveAloneUntil) <= TimeSpan.Zero) (Next, _nowBy) = (NextVerify.Now, "host_suspended");
        else (Next, _dueAt, _dueBy) = (NextVerify.AtDueTime, _leaveAloneUntil, "host_suspended");
    }

    /// <summary>What asks for a verify now, apart from the first one after a start; null when none is due.</summary>
    /// <param name="logsIn">Whether a verify made now would log in.</param>
    public string? Due(Func<bool> logsIn)
    {
        switch (Next)
        {
            case NextVerify.Moved:
                return "moved";
            case NextVerify.Now:
                return _nowBy;
            case NextVerify.AtDueTime when Remaining(_dueAt) <= TimeSpan.Zero:
                // What bots report is no reason to log in: then the verify waits for its own time.
                if (_dueBy != FailedCalls || Remaining(_scheduledAt) <= TimeSpan.Zero || !logsIn()) return _dueBy;
                (_dueAt, _dueBy) = (_scheduledAt, Scheduled);
                return null;
            default:
                return null;
        }
    }

    /// <summary>A verify is being made: until its verdict no other is due.</summary>
    public void Started() => Next = NextVerify.OnRequest;

    /// <summary>A verdict counts.</summary>
    /// <param name="sentAt">Timestamp at which the verify was sent.</param>
    /// <param name="jitter">0..1.</param>
    public void Concluded(VerifySchedule schedule, VerdictRecord verdict, TimeSpan? retryAfter, long sentAt, DateTimeOffset wallClock, double jitter)
    {
        if (retryAfter is { } leaveAlone) _leaveAloneUntil = sentAt + Ticks(leaveAlone);
        var quiet = retryAfter > schedule.MinInterval ? retryAfter.Value : schedule.MinInterval;
        _quietUntil = sentAt + Ticks(quiet);
        if (schedule.Next(verdict, retryAfter, jitter) is not { } next) return;
        _scheduledAt = _dueAt = sentAt + Ticks(next);
        _dueBy = Scheduled;
        _dueWallClock = wallClock + next;
        Next = NextVerify.AtDueTime;
    }

    /// <summary>Calls contradict a good verdict: the scheduled verify comes as early as the minimum interval allows, and no earlier.</summary>
    /// <returns>False when no verify is scheduled.</returns>
    public bool Sooner()
    {
        if (Next != NextVerify.AtDueTime) return false;
        _dueAt = Math.Min(_dueAt, _quietUntil);
        _dueBy = FailedCalls;
        return true;
    }

    /// <summary>How long a test call has to wait; zero or less when it need not. Where it may need a login, its interval is the verify's own:
    /// logins can throw a bot out.</summary>
    public TimeSpan TestCallWait(bool session) => Remaining(session ? Math.Max(_quietUntil, _leaveAloneUntil) : _leaveAloneUntil);

    /// <summary>A test call was made.</summary>
    /// <param name="minInterval">Time without another login; null when it needs none.</param>
    public void TestCallMade(long sentAt, TimeSpan? retryAfter, TimeSpan? minInterval)
    {
        if (retryAfter is { } leaveAlone) _leaveAloneUntil = Math.Max(_leaveAloneUntil, sentAt + Ticks(leaveAlone));
        if (minInterval is { } quiet) _quietUntil = Math.Max(_quietUntil, sentAt + Ticks(quiet));
    }

    private TimeSpan Remaining(long until) => TimeSpan.FromSeconds((until - time.GetTimestamp()) / (double)time.TimestampFrequency);

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}

/// <summary>What brings the next verify.</summary>
internal enum NextVerify
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
