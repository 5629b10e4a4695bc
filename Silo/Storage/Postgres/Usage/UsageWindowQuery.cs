using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Usage;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres.Usage;

/// <summary>A provider's counts by second, its last use and the position of both in the store, from one snapshot.</summary>
internal static class UsageWindowQuery
{
    public static async Task<UsageWindowRead> RunAsync(NpgsqlConnection connection, string provider, DateTimeOffset from, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var sequence = await connection.Statement("SELECT sequence FROM usage_commits WHERE id = 1").ListAsync(row => row.GetInt64(0), cancellationToken);
        var start = UnixMicroseconds.From(from);
        var second = UnixMicroseconds.FloorDivide(start, UnixMicroseconds.PerSecond);
        var seconds = await connection.Statement(
            "SELECT second_s, calls, errors, unlisted, observed FROM usage_seconds WHERE provider = $1 AND second_s >= $2 ORDER BY second_s")
            .With(provider).With(second)
            .ListAsync(row => (Second: new UsageSecond(row.GetInt64(0), (int)row.GetInt64(1), (int)row.GetInt64(2), (int)row.GetInt64(4)), Unlisted: row.GetInt64(3)), cancellationToken);

        // A window that begins within a second takes only its part of it, counted from the events.
        var first = ImmutableArray<UsageSecond>.Empty;
        if (seconds.Count > 0 && seconds[0].Second.UnixSecond == second && start > second * UnixMicroseconds.PerSecond)
        {
            first = await PartAsync(connection, provider, start, second, seconds[0].Unlisted > 0, cancellationToken);
            seconds.RemoveAt(0);
        }

        var last = await UsagePageQuery.NewestAsync(connection, provider, 1, new PageCursor(UnixMicroseconds.From(now), long.MaxValue), cancellationToken);
        return new(sequence[0], [.. first, .. seconds.Select(s => s.Second)], last.Count > 0 ? last[0].Event.OccurredAt : null, last.Count > 0 ? last[0].Event.BotId : null);
    }

    private static async Task<ImmutableArray<UsageSecond>> PartAsync(
        NpgsqlConnection connection, string provider, long start, long second, bool flooded, CancellationToken cancellationToken)
    {
        var end = (second + 1) * UnixMicroseconds.PerSecond;
        var events = await UsageEventRows.ListedAsync(connection, provider, start, end, PageCursor.Newest, long.MaxValue, cancellationToken);
        if (flooded) events.AddRange(await UsageEventRows.UnlistedAsync(connection, provider, start, end, PageCursor.Newest, long.MaxValue, cancellationToken));
        return events.Count == 0 ? [] : [new(second, events.Count, events.Count(e => e.Event.Status != UsageStatus.Ok), events.Count(e => e.Event.Source == UsageSource.Observed))];
    }
}
