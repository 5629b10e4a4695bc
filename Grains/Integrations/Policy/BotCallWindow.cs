using ControlPlane.Abstractions;
using ControlPlane.Grains.Usage;

namespace ControlPlane.Grains.Integrations.Policy;

/// <summary>Calls of each bot to one provider within the last 15 minutes: those that were recorded before this activation, and what is committed since.</summary>
internal sealed class BotCallWindow
{
    /// <summary>Bots that are remembered at most. Reports name bots freely; beyond this the one that was silent longest is forgotten.</summary>
    internal const int MaxBots = 2_000;

    private const long Window = 15 * 60;

    public static TimeSpan Length { get; } = TimeSpan.FromSeconds(Window);

    /// <summary>Resolution of the window.</summary>
    private const long Slice = 15;

    private readonly Dictionary<string, Bot> _bots = new(StringComparer.Ordinal);

    private sealed class Bot
    {
        public Dictionary<long, (long Calls, long Against)> Slices { get; } = [];
        public long OkInRow { get; set; }
        public long LastSecond { get; set; }
    }

    // Of all bots together: what went through the gateway.
    private readonly Bot _observed = new();

    public void Take(UsageDelta delta, DateTimeOffset now)
    {
        if (delta.Bots.IsDefaultOrEmpty) return;
        var second = now.ToUnixTimeSeconds();
        foreach (var calls in delta.Bots)
        {
            if (calls.UnixSecond <= second - Window) continue;
            if (calls.Observed > 0) Take(_observed, calls.UnixSecond, calls.Observed, calls.ObservedAgainst, second);
            if (calls.BotId.Length == 0) continue;
            if (!_bots.TryGetValue(calls.BotId, out var bot)) _bots.Add(calls.BotId, bot = new Bot());
            Take(bot, calls.UnixSecond, calls.Calls, calls.Against, second);
        }

        if (_bots.Count > MaxBots) ForgetSilent();
    }

    /// <summary>Counts recorded calls, the oldest first, as if they came from commits.</summary>
    public void Recall(IEnumerable<UsageEvent> events, DateTimeOffset now)
    {
        foreach (var call in events)
        {
            var tally = new BotTally();
            tally.Take(call);
            Take(new UsageDelta(call.Provider, 0, [], call.OccurredAt, null) { Bots = tally.ToArray() }, now);
        }
    }

    /// <summary>Counts of the calls that went through the gateway; null without any.</summary>
    public BotCallCounts? Observed(DateTimeOffset now) => Count("", _observed, now.ToUnixTimeSeconds());

    private static void Take(Bot bot, long at, int calls, int against, long second)
    {
        var slice = at / Slice;
        var known = bot.Slices.GetValueOrDefault(slice);
        bot.Slices[slice] = (known.Calls + calls, known.Against + against);
        bot.OkInRow = against == 0 ? bot.OkInRow + calls : 0;
        bot.LastSecond = second;
    }

    /// <summary>Counts of every bot that <paramref name="isLive"/> names. What is dated ahead counts when its time has come.</summary>
    public IReadOnlyList<BotCallCounts> Counts(DateTimeOffset now, Func<string, bool> isLive)
    {
        var last = now.ToUnixTimeSeconds();
        var counts = new List<BotCallCounts>();
        foreach (var (id, bot) in _bots)
        {
            if (isLive(id) && Count(id, bot, last) is { } count) counts.Add(count);
        }

        return counts;
    }

    private static BotCallCounts? Count(string id, Bot bot, long last)
    {
        long calls = 0, against = 0;
        foreach (var (slice, (sliceCalls, sliceAgainst)) in bot.Slices)
        {
            if (slice * Slice > last) continue;
            if ((slice + 1) * Slice <= last - Window)
            {
                bot.Slices.Remove(slice);
                continue;
            }

            calls += sliceCalls;
            against += sliceAgainst;
        }

        return calls > 0 ? new(id, calls, against, bot.OkInRow) : null;
    }

    private void ForgetSilent()
    {
        foreach (var id in _bots.OrderBy(bot => bot.Value.LastSecond).Take(_bots.Count - MaxBots).Select(bot => bot.Key).ToArray()) _bots.Remove(id);
    }
}
