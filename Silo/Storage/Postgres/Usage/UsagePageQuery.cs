using ControlPlane.Abstractions;
using ControlPlane.Grains;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres.Usage;

/// <summary>Events of a provider, newest first. The roll-up by second tells how far back a page reaches and which seconds have unlisted events.
/// Everything else is in the index of listed events.</summary>
internal static class UsagePageQuery
{
    public static async Task<Page<UsageEvent>> RunAsync(
        NpgsqlConnection connection, string provider, int limit, PageCursor cursor, CancellationToken cancellationToken)
    {
        var rows = await NewestAsync(connection, provider, limit + 1, cursor, cancellationToken);
        return rows.Count > limit
            ? new([.. rows.Take(limit).Select(r => r.Event)], rows[limit - 1].Position.Format(PagedList.Usage))
            : new([.. rows.Select(r => r.Event)], null);
    }

    /// <summary>The newest events before the cursor, at most <paramref name="count"/>.</summary>
    public static async Task<List<UsageRow>> NewestAsync(
        NpgsqlConnection connection, string provider, int count, PageCursor cursor, CancellationToken cancellationToken)
    {
        var seconds = await SecondsAsync(connection, provider, count, cursor, cancellationToken);
        if (seconds.Count == 0) return [];
        var from = seconds[^1].Start;
        var rows = await UsageEventRows.ListedAsync(connection, provider, from, seconds[0].End, cursor, count, cancellationToken);

        // The newest events of all are the newest of each commit, and those are listed.
        if (cursor == PageCursor.Newest && count <= UsageRollup.ListedPerCell) return rows;
        foreach (var flood in seconds.Where(s => s.Unlisted > 0))
        {
            if (rows.Count == count && flood.End <= rows[^1].Position.Time) break;
            rows.AddRange(await UsageEventRows.UnlistedAsync(connection, provider, flood.Start, flood.End, cursor, count, cancellationToken));
            rows = [.. rows.OrderByDescending(r => r.Position.Time).ThenByDescending(r => r.Position.Row).Take(count)];
        }

        return rows;
    }

    /// <summary>The seconds that hold the page: the cursor's own, of which some events are before it, and as many as it takes beneath.</summary>
    private static async Task<List<Second>> SecondsAsync(
        NpgsqlConnection connection, string provider, int count, PageCursor cursor, CancellationToken cancellationToken)
    {
        var last = UnixMicroseconds.FloorDivide(cursor.Time, UnixMicroseconds.PerSecond);
        var found = await connection.Statement(
            "SELECT second_s, calls, unlisted FROM usage_seconds WHERE provider = $1 AND second_s <= $2 ORDER BY second_s DESC LIMIT $3")
            .With(provider).With(last).With(count + 1L)
            .ListAsync(row => new Second(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)), cancellationToken);
        var (taken, whole) = (0, 0L);
        while (taken < found.Count && whole < count)
        {
            if (found[taken].Number != last) whole += found[taken].Calls;
            taken++;
        }

        return found[..taken];
    }

    private readonly record struct Second(long Number, long Calls, long Unlisted)
    {
        public long Start => Number * UnixMicroseconds.PerSecond;

        public long End => Start + UnixMicroseconds.PerSecond;
    }
}
