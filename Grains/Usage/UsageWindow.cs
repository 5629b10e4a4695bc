using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Usage;

/// <summary>Counts by second over the last 24 hours, exact to one second. Built from the store, moved on by committed deltas.</summary>
internal sealed class UsageWindow
{
    /// <summary>What the error rate is taken from.</summary>
    public static readonly TimeSpan Recent = TimeSpan.FromSeconds(QuarterHour);

    private const long Day = 24 * 3600;
    private const long QuarterHour = 15 * 60;
    private readonly SortedDictionary<long, (long Calls, long Errors)> _seconds = [];

    /// <summary>The last quarter of an hour again, one slot a second, so that the error rate costs no walk over a day.</summary>
    private readonly (long Second, long Calls, long Errors)[] _recent = new (long, long, long)[QuarterHour];
    private long _commitSequence;
    private long _calls;
    private long _errors;
    private DateTimeOffset? _lastUsedAt;
    private string? _lastUsedByBot;

    /// <summary>Starts over from what the store says.</summary>
    public void Rebuild(UsageWindowRead read)
    {
        _seconds.Clear();
        Array.Clear(_recent);
        _calls = _errors = 0;
        _commitSequence = read.CommitSequence;
        foreach (var second in read.Seconds) Add(second);
        _lastUsedAt = read.LastUsedAt;
        _lastUsedByBot = read.LastUsedByBot;
    }

    /// <summary>Adds a commit that the last read did not hold yet. One that it did is ignored.</summary>
    public void Apply(UsageDelta delta)
    {
        if (delta.CommitSequence <= _commitSequence) return;
        foreach (var second in delta.Seconds) Add(second);
        if (_lastUsedAt is null || delta.LastUsedAt >= _lastUsedAt)
        {
            _lastUsedAt = delta.LastUsedAt;
            _lastUsedByBot = delta.LastUsedByBot;
        }
    }

    public UsageFigures Figures(DateTimeOffset now)
    {
        var nowSecond = now.ToUnixTimeSeconds();
        DropBefore(nowSecond - Day + 1);
        long calls = 0, errors = 0;
        foreach (var slot in _recent)
        {
            if (slot.Second <= nowSecond - QuarterHour || slot.Second > nowSecond) continue;
            calls += slot.Calls;
            errors += slot.Errors;
        }

        return new(_calls, _errors, calls == 0 ? null : (double)errors / calls, calls, _lastUsedAt, _lastUsedByBot);
    }

    private void Add(UsageSecond second)
    {
        var before = _seconds.GetValueOrDefault(second.UnixSecond);
        _seconds[second.UnixSecond] = (before.Calls + second.Calls, before.Errors + second.Errors);
        _calls += second.Calls;
        _errors += second.Errors;

        ref var slot = ref _recent[second.UnixSecond % QuarterHour];
        if (slot.Second < second.UnixSecond) slot = (second.UnixSecond, 0, 0);
        if (slot.Second == second.UnixSecond) slot = (slot.Second, slot.Calls + second.Calls, slot.Errors + second.Errors);
    }

    private void DropBefore(long second)
    {
        while (_seconds.Count > 0)
        {
            var (oldest, count) = _seconds.First();
            if (oldest >= second) return;
            _seconds.Remove(oldest);
            _calls -= count.Calls;
            _errors -= count.Errors;
        }
    }
}
