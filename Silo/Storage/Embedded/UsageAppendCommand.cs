using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Usage;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>Writes the events of one call, their ids and their roll-ups.</summary>
internal static class UsageAppendCommand
{
    public static UsageAppend Run(SqliteSession session, IReadOnlyList<UsageEvent> events)
    {
        var written = UsageRows.Claim(session, events);
        UsageRows.Insert(session, events, written);
        var seconds = new Dictionary<(string Provider, long Second), (long Calls, long Errors, long Observed)>();
        var bots = new Dictionary<(string Provider, string Bot), long>();
        for (var i = 0; i < events.Count; i++)
        {
            if (!written[i])
            {
                continue;
            }

            var e = events[i];
            var at = UnixMicroseconds.From(e.OccurredAt);
            ref var second = ref CollectionsMarshal.GetValueRefOrAddDefault(
                seconds, (e.Provider, UnixMicroseconds.FloorDivide(at, UnixMicroseconds.PerSecond)), out _);
            second = (second.Calls + 1, second.Errors + (e.Status == UsageStatus.Ok ? 0 : 1), second.Observed + (e.Source == UsageSource.Observed ? 1 : 0));
            if (e.BotId is { } bot)
            {
                ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(bots, (e.Provider, bot), out var known);
                last = known ? Math.Max(last, at) : at;
            }
        }

        AddSeconds(session, seconds);
        TouchBots(session, bots);
        var sequence = session.Scalar("UPDATE usage_commits SET sequence = sequence + 1 WHERE id = 1 RETURNING sequence")
            ?? throw new InvalidDataException("The row of usage_commits is missing.");
        return new(ImmutableCollectionsMarshal.AsImmutableArray(written), sequence);
    }

    private static void AddSeconds(SqliteSession session, Dictionary<(string Provider, long Second), (long Calls, long Errors, long Observed)> seconds)
    {
        var add = session.Prepare(
            "INSERT INTO usage_seconds (provider, second_s, calls, errors, observed) VALUES (?, ?, ?, ?, ?) " +
            "ON CONFLICT DO UPDATE SET calls = calls + excluded.calls, errors = errors + excluded.errors, observed = observed + excluded.observed");
        foreach (var (key, count) in seconds)
        {
            add.With(key.Provider).With(key.Second).With(count.Calls).With(count.Errors).With(count.Observed).Run();
        }
    }

    private static void TouchBots(SqliteSession session, Dictionary<(string Provider, string Bot), long> bots)
    {
        var touch = session.Prepare(
            "INSERT INTO usage_bots (provider, bot_id, last_used_at) VALUES (?, ?, ?) " +
            "ON CONFLICT DO UPDATE SET last_used_at = excluded.last_used_at WHERE excluded.last_used_at > last_used_at");
        foreach (var (key, last) in bots)
        {
            touch.With(key.Provider).With(key.Bot).With(last).Run();
        }
    }
}
