using System.Collections.Immutable;
using ControlPlane.Grains.Autonomy.Policy;
using ControlPlane.Grains.Risk.Symbols;
using ControlPlane.Silo.Storage.Embedded.Traces;

namespace ControlPlane.Silo.Storage.Embedded.Autonomy;

/// <summary>A bot's evidence by hours, from one snapshot. Of each kind the newest rows only, so that a busy bot costs no more than a bound.</summary>
internal static class AutonomyEvidenceQuery
{
    private const int NewestRows = 20_000;
    private const int NewestResolved = 5_000;
    private const string ByHour = " GROUP BY at / 3600000000";

    // What a trade says of an order on its side of another symbol is sorted out by the bot's names.
    private const string Fills = "o.bot_id = t.bot_id AND o.order_id = t.order_id AND o.side = t.side";
    private static readonly string s_seenCall = Seen("e", "e.occurred_at");
    private static readonly string s_seenCycle = Seen("c", "COALESCE(c.received_at, c.occurred_at)");

    private static string Seen(string table, string at) =>
        $"EXISTS (SELECT 1 FROM bot_heartbeats h WHERE h.bot_id = {table}.bot_id AND h.hour_s = {at} / 3600000000 * 3600 AND h.kept > 0)";

    public static AutonomyEvidence Run(SqliteSession session, string botId, DateTimeOffset from, DateTimeOffset settledBy, SymbolNames names)
    {
        var since = UnixMicroseconds.From(from);
        session.Prepare("BEGIN").Run();
        var evidence = new AutonomyEvidence
        {
            Calls = Buckets(session.Prepare(
                "SELECT MAX(at), SUM(good), COUNT(*) FROM (SELECT e.occurred_at AS at, e.status = 0 AS good FROM integration_usage_events e " +
                $"WHERE e.bot_id = ? AND e.occurred_at >= ? AND {s_seenCall} ORDER BY e.occurred_at DESC LIMIT ?)" + ByHour)
                .With(botId).With(since).With(NewestRows)),
            Orders = Buckets(session.Prepare(
                "SELECT MAX(at), SUM(good), COUNT(*) FROM (SELECT at, good FROM (" +
                "SELECT granted_at AS at, filled <> '0' AS good FROM checked_orders WHERE bot_id = ? AND granted_at >= ? " +
                "AND (filled <> '0' OR status = 'rejected' OR (status IN ('open', 'filled') AND granted_at < ?)) " +
                "UNION ALL SELECT COALESCE(received_at, occurred_at), 0 FROM bot_cycles WHERE bot_id = ? AND occurred_at >= ? AND outcome = 'error') ORDER BY at DESC LIMIT ?)" + ByHour)
                .With(botId).With(since).With(UnixMicroseconds.From(settledBy)).With(botId).With(since).With(NewestRows)),
            Cycles = Buckets(session.Prepare(
                "SELECT MAX(at), SUM(whole), COUNT(*) FROM (SELECT COALESCE(c.received_at, c.occurred_at) AS at, c.trace_id IS NOT NULL AND CASE c.outcome " +
                "WHEN 'traded' THEN EXISTS (SELECT 1 FROM decision_traces d WHERE d.bot_id = c.bot_id AND d.trace_id = c.trace_id) " +
                "WHEN 'suppressed' THEN EXISTS (SELECT 1 FROM no_trade_ids n WHERE n.bot_id = c.bot_id AND n.trace_id = c.trace_id) " +
                $"ELSE 1 END AS whole FROM bot_cycles c WHERE c.bot_id = ? AND c.occurred_at >= ? AND {s_seenCycle} ORDER BY c.occurred_at DESC LIMIT ?)" + ByHour)
                .With(botId).With(since).With(NewestRows)),
            Acts = ExplainedOrders.ByHour(
                session.Prepare(
                    "SELECT o.order_id, o.granted_at, o.symbol, t.symbol FROM checked_orders o LEFT JOIN trade_log t ON " +
                    $"{Fills} AND t.history = 0 AND EXISTS (SELECT 1 FROM decision_traces d WHERE d.bot_id = t.bot_id AND d.decision_id = t.decision_id) " +
                    "WHERE o.bot_id = ? AND o.granted_at >= ? AND o.filled <> '0' AND o.intent = 'open' ORDER BY o.granted_at DESC LIMIT ?")
                    .With(botId).With(since).With(NewestRows).ReadAll(row => new FilledOrder(row.Text(0), row.Instant(1), row.Text(2), row.NullableText(3))),
                session.Prepare(
                    "SELECT n.last_at FROM no_trade_traces n WHERE n.bot_id = ? AND n.last_at >= ? " +
                    "AND EXISTS (SELECT 1 FROM no_trade_reasons r WHERE r.no_trade = n.id AND r.code = 'RISK_LIMIT') ORDER BY n.last_at DESC LIMIT ?")
                    .With(botId).With(since).With(NewestRows).ReadAll(row => row.Instant(0)),
                names,
                NewestRows),
            Heartbeats = Buckets(session.Prepare(
                "SELECT last_at, kept, kept + missed FROM bot_heartbeats WHERE bot_id = ? AND last_at >= ?").With(botId).With(since)),
            Violations = TradeViolationQuery.Run(session, botId, since, names),
            Interventions = Interventions(session, botId, from),
            Resolved = Resolved(session, botId, since, names),
        };
        session.Prepare("COMMIT").Run();
        return evidence;
    }

    private static ImmutableArray<EvidenceBucket> Buckets(Statement rows)
    {
        var buckets = ImmutableArray.CreateBuilder<EvidenceBucket>();
        while (rows.Read())
        {
            if (rows.Int64(2) > 0)
            {
                buckets.Add(new(rows.Instant(0), rows.Int64(1), rows.Int64(2)));
            }
        }

        return buckets.ToImmutable();
    }

    private static ImmutableArray<DateTimeOffset> Interventions(SqliteSession session, string botId, DateTimeOffset from)
    {
        var rows = session.Prepare(
            "SELECT at_ticks FROM audit_log WHERE target = ? AND at_ticks >= ? AND by_role = 'operator' AND outcome = 'done' " +
            "AND action IN ('kill.engage', 'live.disarm', 'runner.stop') ORDER BY at_ticks DESC LIMIT 100")
            .With($"bot/{botId}").With(from.UtcTicks);
        var instants = ImmutableArray.CreateBuilder<DateTimeOffset>();
        while (rows.Read())
        {
            instants.Add(new DateTimeOffset(rows.Int64(0), TimeSpan.Zero));
        }

        return instants.ToImmutable();
    }

    /// <summary>One trade a decision and an order, and only decisions that came before the result did.</summary>
    private static ImmutableArray<ResolvedDecision> Resolved(SqliteSession session, string botId, long since, SymbolNames names) =>
    [
        .. session.Prepare(
        "SELECT COALESCE(t.settled_at, t.closed_at) AS at, d.confidence, t.pnl, t.symbol, o.symbol FROM trade_log t JOIN decision_traces d ON d.bot_id = t.bot_id AND d.decision_id = t.decision_id " +
        $"JOIN checked_orders o ON {Fills} " +
        "WHERE t.bot_id = ? AND COALESCE(t.settled_at, t.closed_at) >= ? AND t.pnl IS NOT NULL AND t.closed_at IS NOT NULL AND t.history = 0 AND d.confidence IS NOT NULL " +
        "AND (d.received_at IS NULL OR t.settled_at IS NULL OR d.received_at < t.settled_at) " +
        "AND NOT EXISTS (SELECT 1 FROM trade_log f WHERE f.bot_id = t.bot_id AND f.id < t.id AND (f.decision_id = t.decision_id OR f.order_id = t.order_id)) ORDER BY at DESC LIMIT ?")
        .With(botId).With(since).With(NewestResolved).ReadAll(row => (Decision: new ResolvedDecision(row.Instant(0), row.NullableReal(1)!.Value, row.Decimal(2) > 0), Same: names.Same(row.Text(3), row.Text(4))))
        .Where(r => r.Same).Select(r => r.Decision),
    ];
}
