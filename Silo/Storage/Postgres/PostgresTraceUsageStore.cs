using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Traces;

namespace ControlPlane.Silo.Storage.Postgres;

/// <summary>Usage events of a bot's trace, found by their time.</summary>
internal sealed class PostgresTraceUsageStore(PostgresDatabase database) : ITraceUsageStore
{
    public Task<ImmutableArray<UsageEvent>> ReadTraceAsync(
        string botId, string traceId, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellationToken) => database.ExecuteAsync(
        async (connection, token) => (await connection.Statement(
            "SELECT event_id, occurred_at, user_id, bot_id, provider, operation, status, http_status, latency_ms, trace_id, error_code, source, input_tokens, output_tokens " +
            "FROM integration_usage_events WHERE bot_id = $1 AND trace_id = $2 AND occurred_at >= $3 AND occurred_at <= $4 " +
            "ORDER BY occurred_at DESC, id DESC LIMIT $5")
            .With(botId).With(traceId).With(PostgresStatement.Instant(from)).With(PostgresStatement.Instant(to)).With((long)limit)
            .ListAsync(
                row => new UsageEvent(
                    row.GetGuid(0), row.InstantOf(1), row.TextOf(2), row.TextOf(3), row.GetString(4), row.GetString(5), (UsageStatus)row.GetInt16(6),
                    row.NumberOf(7), row.NumberOf(8), row.TextOf(9), row.TextOf(10))
                {
                    Source = (UsageSource)row.GetInt16(11),
                    InputTokens = row.LongOf(12),
                    OutputTokens = row.LongOf(13),
                },
                token)).ToImmutableArray(),
        cancellationToken);
}
