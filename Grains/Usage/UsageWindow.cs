using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Usage;

/// <summary>Counts by second over the last 24 hours, exact to one second. Built from the store, moved on by committed deltas.
/// The window is (now - 24 h, now]: an event that is dated ahead counts when its time has come.</summary>
/// <remarks>At most one page for each quarter of an hour of the window and the allowed lead, about 7 KB each. This does not depend on the number or
/// times of events.</remarks>
internal sealed class UsageWindow
{
    private const long Day = 24 * 3600;

    /// <summary>What the error rate is taken from.</summary>
    public static readonly TimeSpan Recent = TimeSpan.FromSeconds(UsageQuarter.Seconds);

    private readonly Dictionary<long, UsageQuarter> _quarters = [];

    // Of the read alone. Commits are numbered in the order in which a read sees them. Their deltas come from several silos in any order, so a delta
    // with a lower number may still be new.
    private long _readSequence;
    private DateTimeOffset? _lastUsedAt;
    private string? _lastUsedByBot;

    /// <summary>Pages held; for tests.</summary>
    internal int Quarters => _quarters.Count;

    /// <summary>Starts over from what the store says.</summary>
    public void Rebuild(UsageWindowRead read, DateTimeOffset now)
    {
        _quarters.Clear();
        _readSequence = read.CommitSequence;
        Add(read.Seconds, now);
        _lastUsedAt = read.LastUsedAt;
        _lastUsedByBot = read.LastUsedByBot;
    }

    /// <summary>Adds a commit that the last read did not hold yet. One that it did is ignored. Each delta comes once.</summary>
    public void Apply(UsageDelta delta, DateTimeOffset now)
    {
        if (delta.CommitSequence <= _readSequence) return;
        Add(delta.Seconds, now);
        if (delta.LastUsedAt != DateTimeOffset.MinValue && delta.LastUsedAt <= now && (_lastUsedAt is null || delta.LastUsedAt >= _lastUsedAt))
        {
            _lastUsedAt = delta.LastUsedAt;
            _lastUsedByBot = delta.LastUsedByBot;
        }
    }

    public UsageFigures Figures(DateTimeOffset now)
    {
        var last = now.ToUnixTimeSeconds();
        DropBefore(last - Day + 1);
        var (calls, errors, observed) = Between(last - Day + 1, last);
        var (recentCalls, recentErrors, _) = Between(last - UsageQuarter.Seconds + 1, last);
        return new(calls, errors, recentCalls == 0 ? null : (double)recentErrors / recentCalls, recentCalls, _lastUsedAt, _lastUsedByBot) { Observed24h = observed };
    }

    private void Add(IEnumerable<UsageSecond> seconds, DateTimeOffset now)
    {
        var oldest = now.ToUnixTimeSeconds() - Day + 1;
        foreach (var second in seconds)
        {
            if (second.UnixSecond < oldest) continue;
            var (quarter, within) = Math.DivRem(second.UnixSecond, UsageQuarter.Seconds);
            if (!_quarters.TryGetValue(quarter, out var page)) _quarters.Add(quarter, page = new UsageQuarter());
            page.Add((int)within, second.Calls, second.Errors, second.Observed);
        }
    }

    /// <summary>Sums over whole seconds, both inclusive.</summary>
    private (long Calls, long Errors, long Observed) Between(long first, long last)
    {
        long calls = 0, errors = 0, observed = 0;
        for (var quarter = first / UsageQuarter.Seconds; quarter <= last / UsageQuarter.Seconds; quarter++)
        {
            if (!_quarters.TryGetValue(quarter, out var page)) continue;
            var start = quarter * UsageQuarter.Seconds;
            var sums = page.Between((int)Math.Max(first - start, 0), (int)Math.Min(last - start, UsageQuarter.Seconds - 1));
            calls += sums.Calls;
            errors += sums.Errors;
            observed += sums.Observed;
        }

        return (calls, errors, observed);
    }

    private void DropBefore(long second)
    {
        var oldest = second / UsageQuarter.Seconds;
        foreach (var quarter in _quarters.Keys.Where(q => q < oldest).ToArray()) _quarters.Remove(quarter);
    }
}
