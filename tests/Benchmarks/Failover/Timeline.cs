using System.Diagnostics;
using System.Text.RegularExpressions;

namespace ControlPlane.Benchmarks.Failover;

/// <summary>When the survivors' own logs told of each step on the way back. Counted from the fault; null for a step that no log told of.</summary>
internal sealed partial class Timeline
{
    private readonly Lock _lock = new();
    private readonly long _from = Stopwatch.GetTimestamp();
    private TimeSpan? _verified;

    /// <summary>A survivor found the silo dead or frozen, by itself rather than by the cluster's votes.</summary>
    public TimeSpan? Found { get; private set; }

    /// <summary>The gate had its epoch written elsewhere.</summary>
    public TimeSpan? Active { get; private set; }

    /// <summary>The last provider that had moved was verified again; null when none had.</summary>
    public TimeSpan? Verified { get; private set; }

    /// <summary>The gate had published that it is open.</summary>
    public TimeSpan? Decided { get; private set; }

    public void Take(string line)
    {
        var at = Stopwatch.GetElapsedTime(_from);
        lock (_lock)
        {
            if (line.Contains("Marking it dead", StringComparison.Ordinal)) Found ??= at;
            else if (line.Contains("The gate is active with epoch", StringComparison.Ordinal)) Active ??= at;
            else if (Decided is null && line.Contains(": Verified ", StringComparison.Ordinal)) _verified = at;
            else if (Decided is null && Opened().IsMatch(line)) (Decided, Verified) = (at, _verified);
        }
    }

    [GeneratedRegex("System status \"?Blocked\"? -> \"?(Ok|Degraded)\"?")]
    private static partial Regex Opened();
}
