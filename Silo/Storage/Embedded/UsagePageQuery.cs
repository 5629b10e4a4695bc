using ControlPlane.Abstractions;
using ControlPlane.Grains;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>Events of a provider, newest first.</summary>
internal static class UsagePageQuery
{
    public const string Columns = "id, occurred_at, event_id, user_id, bot_id, provider, operation, status, http_status, latency_ms, trace_id, error_code, source, input_tokens, output_tokens";

    public static Task<Page<UsageEvent>> RunAsync(
        EmbeddedDatabase database, string provider, int limit, string? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var cursor = PageCursor.Parse(PagedList.Usage, before);
        return database.ReadAsync(
            session => PageQuery.Read(
                PagedList.Usage,
                limit,
                session.Prepare(
                    $"SELECT {Columns} FROM integration_usage_events WHERE provider = ? AND (occurred_at, id) < (?, ?) ORDER BY occurred_at DESC, id DESC LIMIT ?")
                    .With(provider).With(cursor.Time).With(cursor.Row).With(limit + 1L),
                Event,
                row => new(row.Int64(1), row.Int64(0))),
            cancellationToken);
    }

    public static UsageEvent Event(Statement row) => new(
        row.Guid(2),
        row.Instant(1),
        row.NullableText(3),
        row.NullableText(4),
        row.Text(5),
        row.Text(6),
        (UsageStatus)row.Int32(7),
        row.NullableInt32(8),
        row.NullableInt32(9),
        row.NullableText(10),
        row.NullableText(11))
    {
        Source = (UsageSource)row.Int32(12),
        InputTokens = row.NullableInt64(13),
        OutputTokens = row.NullableInt64(14),
    };
}
