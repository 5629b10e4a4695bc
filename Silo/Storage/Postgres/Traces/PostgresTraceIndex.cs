using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres.Traces;

/// <summary>Finds a trace in PostgreSQL: one look into the index of each list.</summary>
internal sealed class PostgresTraceIndex(PostgresDatabase database) : ITraceIndex
{
    private static readonly ImmutableArray<TraceSource> s_sources =
    [
        new(TraceKinds.UsageEvent, "occurred_at, provider, bot_id, event_id::text, operation, error_code, status::text", "integration_usage_events WHERE trace_id", "occurred_at"),
        new(TraceKinds.Verification, "at, provider, NULL::text, NULL::text, by_whom, error_code, status::text", "integration_verifications WHERE trace_id", "at"),
        new(TraceKinds.Transition, "at, NULL::text, NULL::text, NULL::text, subject, message, from_value || ' became ' || to_value", "gate_transitions WHERE trace_id", "at"),
        new(TraceKinds.Audit, "at_ticks, NULL::text, NULL::text, sequence::text, action, target || ', by ' || by_name, outcome", "audit_log WHERE trace_id", "at_ticks"),
        new(TraceKinds.Decision, "occurred_at, NULL::text, bot_id, decision_id, action || ' ' || symbol, rationale, NULL::text", "decision_traces WHERE trace_id", "occurred_at"),
        new(
            TraceKinds.NoTrade,
            "i.occurred_at, NULL::text, i.bot_id, i.no_trade_id, COALESCE(n.symbol, ''), (SELECT string_agg(r.code, ', ' ORDER BY r.place) FROM no_trade_reasons r WHERE r.no_trade = i.no_trade), NULL::text",
            "no_trade_ids i JOIN no_trade_traces n ON n.id = i.no_trade WHERE i.trace_id",
            "i.occurred_at"),
        new(TraceKinds.Trade, "opened_at, NULL::text, bot_id, trade_id, side::text || ' ' || quantity::text || ' ' || symbol, 'at ' || price::text, NULL::text", "trade_log WHERE trace_id", "opened_at"),
        new(TraceKinds.Cycle, "occurred_at, NULL::text, bot_id, cycle_id, 'cycle', NULL::text, outcome::text", "bot_cycles WHERE trace_id", "occurred_at"),
        new(TraceKinds.Order, "granted_at, NULL::text, bot_id, order_id, intent::text || ' ' || side::text || ' ' || quantity::text || ' ' || symbol, NULL::text, status::text", "checked_orders WHERE trace_id", "granted_at"),
    ];

    public Task<ImmutableArray<TraceRecord>> FindAsync(string traceId, int limit, CancellationToken cancellationToken) => database.ExecuteAsync(
        async (connection, token) =>
        {
            var found = new List<TraceRecord>();
            foreach (var source in s_sources)
            {
                found.AddRange(await connection.Statement($"SELECT {source.Columns} FROM {source.From} = $1 ORDER BY {source.Time} DESC LIMIT $2")
                    .With(traceId).With((long)limit).ListAsync(row => Record(source, row), token));
            }

            return found.OrderByDescending(record => record.At).ToImmutableArray();
        },
        cancellationToken);

    private static TraceRecord Record(TraceSource source, NpgsqlDataReader row) => new(
        source.Kind,
        source.Kind == TraceKinds.Audit ? new DateTimeOffset(row.GetInt64(0), TimeSpan.Zero) : row.InstantOf(0),
        row.TextOf(1),
        row.TextOf(2),
        row.TextOf(3),
        row.GetString(4),
        row.TextOf(5),
        TraceSource.Outcome(source.Kind, row.TextOf(6)));
}
