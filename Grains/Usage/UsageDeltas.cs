using System.Runtime.InteropServices;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Usage;

/// <summary>What a commit added, by provider.</summary>
internal static class UsageDeltas
{
    public static IReadOnlyCollection<UsageDelta> Of(IReadOnlyList<UsageEvent> events, UsageAppend append)
    {
        var added = new Dictionary<string, Added>(StringComparer.Ordinal);
        for (var i = 0; i < events.Count; i++)
        {
            if (!append.Written[i]) continue;
            var usage = events[i];
            ref var provider = ref CollectionsMarshal.GetValueRefOrAddDefault(added, usage.Provider, out _);
            (provider ??= new Added()).Take(usage);
        }

        return [.. added.Select(a => a.Value.ToDelta(a.Key, append.CommitSequence))];
    }

    private sealed class Added
    {
        private readonly Dictionary<long, UsageSecond> _seconds = [];
        private UsageEvent? _last;

        public void Take(UsageEvent usage)
        {
            var second = usage.OccurredAt.ToUnixTimeSeconds();
            ref var counts = ref CollectionsMarshal.GetValueRefOrAddDefault(_seconds, second, out _);
            counts = new UsageSecond(second, counts.Calls + 1, counts.Errors + (usage.Status == UsageStatus.Ok ? 0 : 1));
            if (_last is null || usage.OccurredAt > _last.OccurredAt) _last = usage;
        }

        // To the microsecond, as the store keeps it: the figure must not change when it is read again.
        public UsageDelta ToDelta(string provider, long sequence) => new(
            provider, sequence, [.. _seconds.Values], _last!.OccurredAt.AddTicks(-(_last.OccurredAt.Ticks % TimeSpan.TicksPerMicrosecond)), _last.BotId);
    }
}
