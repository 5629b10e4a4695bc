using System.Collections.Concurrent;
using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Bots.Runners;

/// <summary>Since when each of a bot's blockers, reasons and unreadable figures has been there, for those that do not know it themselves.
/// One per host, so that an unchanged row is published once.</summary>
internal sealed class ReasonTimes
{
    private readonly ConcurrentDictionary<string, ImmutableDictionary<Key, DateTimeOffset>> _bots = new(StringComparer.Ordinal);

    private readonly record struct Key(string Kind, string Code, string? Gate, string? Provider, string Message);

    /// <summary>The view with the first time at which each was seen in an unbroken row of views; never a later one than the view's own.</summary>
    public BotView Keep(BotView bot)
    {
        var known = _bots.GetValueOrDefault(bot.BotId) ?? ImmutableDictionary<Key, DateTimeOffset>.Empty;
        var times = new SinceTracker<Key>(known);
        var kept = bot with
        {
            Blockers = [.. bot.Blockers.Select(b => b.Scope == "bot" ? b with { Since = times.Of(new("blocker", b.Code, b.Gate, b.Provider, b.Message), b.Since) } : b)],
            Reasons = [.. bot.Reasons.Select(r => r with { Since = times.Of(new("reason", r.Code, null, null, ""), r.Since) })],
            Unavailable = [.. bot.Unavailable.Select(u => u with { Since = times.Of(new("unavailable", u.Code, null, null, u.Field), u.Since) })],
        };
        var next = times.Seen;
        if (next.Count == 0) _bots.TryRemove(bot.BotId, out _);
        else if (next.Count != known.Count || next.Any(n => !known.TryGetValue(n.Key, out var at) || at != n.Value)) _bots[bot.BotId] = next;
        return kept;
    }
}
