using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains;

namespace ControlPlane.Silo.Storage.Embedded.Traces;

/// <summary>Finds a trace in the embedded database: one look into the index of each list.</summary>
internal sealed class EmbeddedTraceIndex(EmbeddedDatabase database) : ITraceIndex
{
    private static readonly ImmutableArray<TraceSource> s_sources =
    [
        new(TraceKinds.UsageEvent, "occurred_at, provider, bot_id, lower(hex(event_id)), operation, error_code, CAST(status AS TEXT)", "integration_usage_events WHERE trace_id", "occurred_at"),
        new(TraceKinds.Verification, "at, provider, NULL, NULL, by_whom, error_code, CAST(status AS TEXT)", "integration_verifications WHERE trace_id", "at"),
        new(TraceKinds.Transition, "at, NULL, NULL, NULL, subject, message, from_value || ' became ' || to_value", "gate_transitions WHERE trace_id", "at"),
        new(TraceKinds.Audit, "at_ticks, NULL, NULL, CAST(sequence AS TEXT), action, target || ', by ' || by_name, outcome", "audit_log WHERE trace_id", "at_ticks"),
        new(TraceKinds.Decision, "occurred_at, NULL, bot_id, decision_id, action || ' ' || symbol, rationale, NULL", "decision_traces WHERE trace_id", "occurred_at"),
        new(
            TraceKinds.NoTrade,
            "i.occurred_at, NULL, i.bot_id, i.no_trade_id, COALESCE(n.symbol, ''), (SELECT group_concat(r.code, ', ') FROM no_trade_reasons r WHERE r.no_trade = i.no_trade), NULL",
            "no_trade_ids i JOIN no_trade_traces n ON n.id = i.no_trade WHERE i.trace_id",
            "i.occurred_at"),
        new(TraceKinds.Trade, "opened_at, NULL, bot_id, trade_id, side || ' ' || quantity || ' ' || symbol, 'at ' || price, NULL", "trade_log WHERE trace_id", "opened_at"),
        new(TraceKinds.Cycle, "occurred_at, NULL, bot_id, cycle_id, 'cycle', NULL, outcome", "bot_cycles WHERE trace_id", "occurred_at"),
        new(TraceKinds.Order, "granted_at, NULL, bot_id, order_id, intent || ' ' || side || ' ' || quantity || ' ' || symbol, NULL, status", "checked_orders WHERE trace_id", "granted_at"),
    ];

    public Task<ImmutableArray<TraceRecord>> FindAsync(string traceId, int limit, CancellationToken cancellationToken) => database.ReadAsync(
        session => s_sources
            .SelectMany(source => session.Prepare($"SELECT {source.Columns} FROM {source.From} = ? ORDER BY {source.Time} DESC LIMIT ?")
                .With(traceId).With(limit).ReadAll(row => Record(source, row)))
            .OrderByDescending(record => record.At).ToImmutableArray(),
        cancellationToken);

    private static TraceRecord Record(TraceSource source, Statement row) => new(
        source.Kind,
        source.Kind == TraceKinds.Audit ? new DateTimeOffset(row.Int64(0), TimeSpan.Zero) : row.Instant(0),
        row.NullableText(1),
        row.NullableText(2),
        source.Kind == TraceKinds.UsageEvent ? Guid.Parse(row.Text(3)).ToString() : row.NullableText(3),
        row.Text(4),
        row.NullableText(5),
        TraceSource.Outcome(source.Kind, row.NullableText(6)));
}
