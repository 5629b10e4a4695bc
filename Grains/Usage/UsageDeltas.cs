using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Usage;

/// <summary>What a commit added, by provider.</summary>
internal static class UsageDeltas
{
    public static IEnumerable<UsageDelta> Of(IReadOnlyList<UsageEvent> events, UsageAppend append) =>
        events.Where((_, i) => append.Written[i]).GroupBy(e => e.Provider, StringComparer.Ordinal).Select(group =>
        {
            var last = group.MaxBy(e => e.OccurredAt)!;
            var seconds = group.GroupBy(e => e.OccurredAt.ToUnixTimeSeconds())
                .Select(s => new UsageSecond(s.Key, s.Count(), s.Count(e => e.Status != UsageStatus.Ok)));
            return new UsageDelta(group.Key, append.CommitSequence, [.. seconds], last.OccurredAt, last.BotId);
        });
}
