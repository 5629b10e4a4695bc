using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Grains.Usage;
using ControlPlane.Silo.Storage.Postgres.Usage;

namespace ControlPlane.Silo.Storage.Postgres;

/// <summary>Usage events in PostgreSQL. Separate from the control stores: events are written by COPY into partitions by day. It has its own ids,
/// roll-ups and lists, which reads use.</summary>
internal sealed class PostgresUsageEventStore(PostgresDatabase database, UsageWriters writers) : IUsageEventStore
{
    public Task<UsageAppend> AppendAsync(IReadOnlyList<UsageEvent> events, CancellationToken cancellationToken) =>
        writers.AppendAsync(events, cancellationToken);

    public Task<UsageWindowRead> ReadWindowAsync(string provider, DateTimeOffset from, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.ReadAtOnceAsync((connection, token) => UsageWindowQuery.RunAsync(connection, provider, from, now, token), cancellationToken);

    public Task<ImmutableArray<UsageHour>> ReadHoursAsync(string provider, DateTimeOffset from, CancellationToken cancellationToken) =>
        database.ReadAtOnceAsync((connection, token) => UsageHoursQuery.RunAsync(connection, provider, from, token), cancellationToken);

    public Task<ImmutableArray<string>> ReadBotsAsync(string provider, DateTimeOffset from, CancellationToken cancellationToken) => database.ExecuteAsync(
        async (connection, token) =>
        {
            var bots = await connection.Statement(
                "SELECT bot_id FROM usage_bots WHERE provider = $1 AND last_used_at >= $2 ORDER BY last_used_at DESC, bot_id COLLATE \"C\" LIMIT 100")
                .With(provider).With(PostgresStatement.Instant(from)).ListAsync(row => row.GetString(0), token);
            return bots.ToImmutableArray();
        },
        cancellationToken);

    public Task<Page<UsageEvent>> PageAsync(string provider, int limit, string? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var cursor = PageCursor.Parse(PagedList.Usage, before);
        return database.ReadAtOnceAsync((connection, token) => UsagePageQuery.RunAsync(connection, provider, limit, cursor, token), cancellationToken);
    }

    public Task<Page<UsageEvent>> PageFailedAsync(string provider, int limit, string? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var cursor = PageCursor.Parse(PagedList.Usage, before);
        return database.ReadAtOnceAsync((connection, token) => FailedUsageQuery.RunAsync(connection, provider, limit, cursor, token), cancellationToken);
    }

    public Task<long> PurgeAsync(DateTimeOffset olderThan, CancellationToken cancellationToken) =>
        writers.PurgeAsync(olderThan, cancellationToken);
}
