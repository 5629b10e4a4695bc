namespace ControlPlane.Grains.Gateway.Positions;

/// <summary>When which position is compared again. A shared one is each minute, one that is not known soon, and later each time that did not help.</summary>
internal sealed class ComparisonPace(TimeProvider time)
{
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_shared = TimeSpan.FromMinutes(1);
    private readonly Dictionary<string, (int Failures, long From, TimeSpan Pause, bool Known)> _groups = new(StringComparer.Ordinal);

    /// <param name="known">All ledgers of the group stand: one that no longer does is compared at once.</param>
    public bool IsDue(string key, bool known) =>
        !_groups.TryGetValue(key, out var last) || (last.Known && !known) || time.GetElapsedTime(last.From) >= last.Pause;

    /// <summary>It was compared before.</summary>
    public bool Watches(string key) => _groups.ContainsKey(key);

    /// <param name="helped">The ledgers stand after it.</param>
    public void Compared(string key, bool helped)
    {
        var failures = helped ? 0 : Math.Min(_groups.GetValueOrDefault(key).Failures + 1, 10);
        var pause = helped ? s_shared : s_first * Math.Pow(2, failures - 1);
        _groups[key] = (failures, time.GetTimestamp(), pause < s_longest ? pause : s_longest, helped);
    }

    public void Forget(string key) => _groups.Remove(key);

    /// <summary>Forgets what nobody trades any more.</summary>
    public void Keep(IEnumerable<string> keys)
    {
        foreach (var gone in _groups.Keys.Except(keys, StringComparer.Ordinal).ToArray()) _groups.Remove(gone);
    }
}
