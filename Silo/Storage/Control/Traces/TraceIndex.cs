using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control.Traces;

/// <summary>Finds a trace: one look into the index of each list.</summary>
internal sealed class TraceIndex(IControlDatabase database) : ITraceIndex
{
    private static readonly ImmutableArray<TraceSource> s_sources =
    [
        new(TraceKinds.UsageEvent, "occurred_at", "provider, bot_id, event_id, operation AS what, error_code AS detail, CAST(status AS text) AS outcome", "integration_usage_events WHERE trace_id"),
        new(TraceKinds.Verification, "at", "provider, by_whom AS what, error_code AS detail, CAST(status AS text) AS outcome", "integration_verifications WHERE trace_id"),
        new(TraceKinds.Transition, "at", "subject AS what, message AS detail, from_value || ' became ' || to_value AS outcome", "gate_transitions WHERE trace_id"),
        new(TraceKinds.Audit, "at_ticks", "CAST(sequence AS text) AS id, action AS what, target || ', by ' || by_name AS detail, outcome", "audit_log WHERE trace_id"),
        new(TraceKinds.Decision, "occurred_at", "bot_id, decision_id AS id, action || ' ' || symbol AS what, rationale AS detail", "decision_traces WHERE trace_id"),
        new(
            TraceKinds.NoTrade,
            "i.occurred_at",
            "i.bot_id, i.no_trade_id AS id, COALESCE(n.symbol, '') AS what, " +
            "(SELECT string_agg(r.code, ', ' ORDER BY r.place) FROM no_trade_reasons r WHERE r.no_trade = i.no_trade) AS detail",
            "no_trade_ids i JOIN no_trade_traces n ON n.id = i.no_trade WHERE i.trace_id"),
        new(TraceKinds.Trade, "opened_at", "bot_id, trade_id AS id, side || ' ' || quantity || ' ' || symbol AS what, 'at ' || price AS detail", "trade_log WHERE trace_id"),
        new(TraceKinds.Cycle, "occurred_at", "bot_id, cycle_id AS id, 'cycle' AS what, outcome", "bot_cycles WHERE trace_id"),
        new(TraceKinds.Order, "granted_at", "bot_id, order_id AS id, intent || ' ' || side || ' ' || quantity || ' ' || symbol AS what, status AS outcome", "checked_orders WHERE trace_id"),
    ];

    public Task<ImmutableArray<TraceRecord>> FindAsync(string traceId, int limit, CancellationToken cancellationToken) => database.ReadAsync(
        async session =>
        {
            var found = new List<TraceRecord>();
            foreach (var source in s_sources)
            {
                var rows = await session.ListAsync<Row>(
                    $"SELECT {source.Time} AS {(source.Kind == TraceKinds.Audit ? "ticks" : "at")}, {source.Columns} FROM {source.From} = @TraceId ORDER BY {source.Time} DESC LIMIT @Limit",
                    new { TraceId = traceId, Limit = limit });
                found.AddRange(rows.Select(row => row.Record(source.Kind)));
            }

            return found.OrderByDescending(record => record.At).ToImmutableArray();
        },
        cancellationToken);

    private sealed class Row
    {
        public Instant At { get; init; }
        public long? Ticks { get; init; }
        public string? Provider { get; init; }
        public string? BotId { get; init; }
        public string? Id { get; init; }
        public Uuid? EventId { get; init; }
        public string What { get; init; } = "";
        public string? Detail { get; init; }
        public string? Outcome { get; init; }

        public TraceRecord Record(string kind) => new(
            kind,
            Ticks is { } ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : At,
            Provider,
            BotId,
            EventId?.Value.ToString() ?? Id,
            What,
            Detail,
            TraceSource.Outcome(kind, Outcome));
    }
}
