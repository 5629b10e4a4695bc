using ControlPlane.Abstractions;
using ControlPlane.Grains;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres.Usage;

/// <summary>Failed events of a provider, newest first. Failures may be rare among millions of calls, so that only seconds with one are looked at:
/// the roll-up by seconds names them.</summary>
internal static class FailedUsageQuery
{
    private const string Seconds =
        "SELECT second_s, errors, unlisted FROM usage_seconds WHERE provider = $1 AND second_s <= $2 AND errors > 0 ORDER BY second_s DESC LIMIT $3";

    public static async Task<Page<UsageEvent>> RunAsync(
        NpgsqlConnection connection, string provider, int limit, PageCursor cursor, CancellationToken cancellationToken)
    {
        var rows = new List<UsageRow>();
        foreach (var span in await SpansAsync(connection, provider, limit + 1, cursor, cancellationToken))
        {
            var missing = limit + 1 - rows.Count;
            if (missing == 0) break;
            var found = await UsageEventRows.ListedAsync(connection, provider, span.From, span.To, cursor, missing, cancellationToken, failedOnly: true);
            if (span.HasUnlisted)
            {
                found.AddRange(await UsageEventRows.UnlistedAsync(connection, provider, span.From, span.To, cursor, missing, cancellationToken, failedOnly: true));
                found = [.. found.OrderByDescending(r => r.Position.Time).ThenByDescending(r => r.Position.Row).Take(missing)];
            }

            rows.AddRange(found);
        }

        return rows.Count > limit
            ? new([.. rows.Take(limit).Select(r => r.Event)], rows[limit - 1].Position.Format(PagedList.Usage))
            : new([.. rows.Select(r => r.Event)], null);
    }

    /// <summary>The time that holds the page, newest first: seconds with a failure, neighbours in one. A flood's second stays alone, because each of its events is looked at.</summary>
    private static async Task<List<Span>> SpansAsync(
        NpgsqlConnection connection, string provider, int count, PageCursor cursor, CancellationToken cancellationToken)
    {
        var last = UnixMicroseconds.FloorDivide(cursor.Time, UnixMicroseconds.PerSecond);
        var seconds = await connection.Statement(Seconds).With(provider).With(last).With(count + 1L)
            .ListAsync(row => (Number: row.GetInt64(0), Errors: row.GetInt64(1), HasUnlisted: row.GetInt64(2) > 0), cancellationToken);
        var spans = new List<Span>();
        var whole = 0L;
        foreach (var second in seconds)
        {
            if (whole >= count) break;

            // Of the cursor's own second some events are on the page before.
            if (second.Number != last) whole += second.Errors;
            var span = new Span(second.Number * UnixMicroseconds.PerSecond, (second.Number + 1) * UnixMicroseconds.PerSecond, second.HasUnlisted);
            if (spans is [.., { HasUnlisted: false } later] && !span.HasUnlisted && later.From == span.To) spans[^1] = later with { From = span.From };
            else spans.Add(span);
        }

        return spans;
    }

    /// <summary>In microseconds; the end is exclusive.</summary>
    private readonly record struct Span(long From, long To, bool HasUnlisted);
}
