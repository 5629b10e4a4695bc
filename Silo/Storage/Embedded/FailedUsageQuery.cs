using ControlPlane.Abstractions;
using ControlPlane.Grains;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>Failed events of a provider, newest first. Failures may be rare among millions of calls, so that only seconds with one are looked at:
/// the roll-up by seconds names them.</summary>
internal static class FailedUsageQuery
{
    private const string Seconds = "SELECT second_s, errors FROM usage_seconds WHERE provider = ? AND second_s <= ? AND errors > 0 ORDER BY second_s DESC";

    // CROSS JOIN keeps SQLite from turning the loops round.
    private static readonly string s_events =
        $"SELECT {string.Join(", ", UsagePageQuery.Columns.Split(", ").Select(column => $"e.{column}"))} FROM usage_seconds s CROSS JOIN integration_usage_events e " +
        "ON e.provider = s.provider AND e.occurred_at >= s.second_s * 1000000 AND e.occurred_at < (s.second_s + 1) * 1000000 " +
        "WHERE s.provider = ? AND s.second_s BETWEEN ? AND ? AND s.errors > 0 AND e.status <> 0 AND (e.occurred_at, e.id) < (?, ?) " +
        "ORDER BY e.occurred_at DESC, e.id DESC LIMIT ?";

    public static Task<Page<UsageEvent>> RunAsync(EmbeddedDatabase database, string provider, int limit, string? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var cursor = PageCursor.Parse(PagedList.Usage, before);
        return database.ReadAsync(session => Read(session, provider, limit, cursor), cancellationToken);
    }

    private static Page<UsageEvent> Read(SqliteSession session, string provider, int limit, PageCursor cursor)
    {
        var last = UnixMicroseconds.FloorDivide(cursor.Time, UnixMicroseconds.PerSecond);
        if (Oldest(session, provider, limit + 1L, last) is not { } oldest) return new([], null);
        return PageQuery.Read(
            PagedList.Usage,
            limit,
            session.Prepare(s_events).With(provider).With(oldest).With(last).With(cursor.Time).With(cursor.Row).With(limit + 1L),
            UsagePageQuery.Event,
            row => new(row.Int64(1), row.Int64(0)));
    }

    /// <summary>The second that the page reaches back to; null when nothing failed. Of the cursor's own second some events are on the page before.</summary>
    private static long? Oldest(SqliteSession session, string provider, long count, long last)
    {
        var seconds = session.Prepare(Seconds).With(provider).With(last);
        var (oldest, whole) = ((long?)null, 0L);
        while (seconds.Read())
        {
            oldest = seconds.Int64(0);
            if (oldest != last) whole += seconds.Int64(1);
            if (whole < count) continue;
            seconds.Reset();
            break;
        }

        return oldest;
    }
}
