namespace ControlPlane.Grains.Bots.Runners;

/// <summary>Granted starts of one bot within the last minute, by the monotonic clock. Reports a runner that crashes in a loop, and one runner id on
/// two hosts. From the fourth start of one runner id from one address on, starts wait.</summary>
internal sealed class StartPace(TimeProvider time)
{
    /// <summary>Granted starts within the minute after which the next one waits.</summary>
    public const int Free = 3;

    private const int MostKept = 64;
    private static readonly TimeSpan s_within = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(20);
    private readonly List<Granted> _granted = [];
    private Granted? _second;
    private DateTimeOffset? _since;

    private sealed record Granted(string RunnerId, string Address, long At);

    /// <param name="underLease">True when the same runner id held a live lease.</param>
    public void Add(string runnerId, string? address, bool underLease)
    {
        if (address is null) return;
        Prune();
        var start = new Granted(runnerId, address, time.GetTimestamp());

        // A runner that moved to another host stops first; two hosts take the lease from each other while it is live.
        if (underLease && _granted.LastOrDefault(g => g.RunnerId == runnerId) is { } last && last.Address != address) _second = start;
        if (_granted.Count == MostKept) _granted.RemoveAt(0);
        _granted.Add(start);
    }

    /// <summary>How long this start must wait; null when it need not.</summary>
    public TimeSpan? Wait(string runnerId, string? address)
    {
        Prune();
        var own = _granted.Where(g => g.RunnerId == runnerId && g.Address == address).ToArray();
        if (own.Length < Free) return null;
        var left = s_within - time.GetElapsedTime(own[^Free].At);
        return left < s_longestWait ? left : s_longestWait;
    }

    /// <summary>Whether the bot's runner restarts over and over, and for how long that still counts.</summary>
    public (TimeSpan For, bool TwoAddresses, DateTimeOffset Since)? Restarting()
    {
        Prune();
        var loop = _granted.GroupBy(g => (g.RunnerId, g.Address)).Where(g => g.Count() >= Free).Select(g => g.ElementAt(g.Count() - Free).At).DefaultIfEmpty().Max();
        if (loop == 0 && _second is null)
        {
            _since = null;
            return null;
        }

        var left = s_within - time.GetElapsedTime(Math.Max(loop, _second?.At ?? 0));
        return (left, _second is not null, _since ??= time.GetUtcNow());
    }

    private void Prune()
    {
        _granted.RemoveAll(g => time.GetElapsedTime(g.At) >= s_within);
        if (_second is { } second && time.GetElapsedTime(second.At) >= s_within) _second = null;
    }
}
