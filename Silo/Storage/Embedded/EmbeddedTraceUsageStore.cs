using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Traces;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>Usage events of a bot's trace: found by bot and time, so that no index on trace ids slows every event down.</summary>
internal sealed class EmbeddedTraceUsageStore(EmbeddedDatabase database) : ITraceUsageStore
{
    public Task<ImmutableArray<UsageEvent>> ReadTraceAsync(
        string botId, string traceId, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => session.Prepare(
                $"SELECT {UsagePageQuery.Columns} FROM integration_usage_events " +
                "WHERE bot_id = ? AND occurred_at >= ? AND occurred_at <= ? AND trace_id = ? ORDER BY occurred_at DESC, id DESC LIMIT ?")
                .With(botId).With(UnixMicroseconds.From(from)).With(UnixMicroseconds.From(to)).With(traceId).With(limit)
                .ReadAll(UsagePageQuery.Event),
            cancellationToken);
}
