using System.Collections.Immutable;
using ControlPlane.Grains.Autonomy.Policy;

namespace ControlPlane.Silo.Storage.Embedded.Autonomy;

/// <summary>A bot's evidence by hours, from one snapshot. Of each kind the newest rows only, so that a busy bot costs no more than a bound.</summary>
internal static class AutonomyEvidenceQuery
{
    private const int NewestRows = 20_000;
    private const int NewestResolved = 5_000;
    private const string ByHour = " GROUP BY at / 3600000000";

    /// <summary>A trade may be under way when a kill comes; after this long it was opened against it.</summary>
    private const long KillGrace = 5 * UnixMicroseconds.PerSecond;

    public static AutonomyEvidence Run(SqliteSession session, string botId, DateTimeOffset from)
    {
        var since = UnixMicroseconds.From(from);
        session.Prepare("BEGIN").Run();
        var evidence = new AutonomyEvidence
        {
            Calls = Buckets(session.Prepare(
                "SELECT MAX(at), SUM(good), COUNT(*) FROM (SELECT occurred_at AS at, status = 0 AS good FROM integration_usage_events " +
                "WHERE bot_id = ? AND occurred_at >= ? ORDER BY occurred_at DESC LIMIT ?)" + ByHour)
                .With(botId).With(since).With(NewestRows)),
            Orders = Buckets(session.Prepare(
                "SELECT MAX(at), SUM(filled), SUM(sent + broken) FROM (SELECT occurred_at AS at, filled, sent, outcome = 'error' AS broken FROM bot_cycles " +
                "WHERE bot_id = ? AND occurred_at >= ? ORDER BY occurred_at DESC LIMIT ?)" + ByHour)
                .With(botId).With(since).With(NewestRows)),
            Cycles = Buckets(session.Prepare(
                "SELECT MAX(at), SUM(whole), COUNT(*) FROM (SELECT c.occurred_at AS at, c.trace_id IS NOT NULL AND CASE c.outcome " +
                "WHEN 'traded' THEN EXISTS (SELECT 1 FROM decision_traces d WHERE d.bot_id = c.bot_id AND d.trace_id = c.trace_id) " +
                "WHEN 'suppressed' THEN EXISTS (SELECT 1 FROM no_trade_ids n WHERE n.bot_id = c.bot_id AND n.trace_id = c.trace_id) " +
                "ELSE 1 END AS whole FROM bot_cycles c WHERE c.bot_id = ? AND c.occurred_at >= ? ORDER BY c.occurred_at DESC LIMIT ?)" + ByHour)
                .With(botId).With(since).With(NewestRows)),
            Acts = Buckets(session.Prepare(
                "SELECT MAX(at), SUM(good), COUNT(*) FROM (SELECT at, good FROM (" +
                "SELECT t.opened_at AS at, EXISTS (SELECT 1 FROM decision_traces d WHERE d.bot_id = t.bot_id AND d.decision_id = t.decision_id) AS good " +
                "FROM trade_log t WHERE t.bot_id = ? AND t.opened_at >= ? " +
                "UNION ALL SELECT n.last_at, 0 FROM no_trade_traces n WHERE n.bot_id = ? AND n.last_at >= ? " +
                "AND EXISTS (SELECT 1 FROM no_trade_reasons r WHERE r.no_trade = n.id AND r.code = 'RISK_LIMIT')) ORDER BY at DESC LIMIT ?)" + ByHour)
                .With(botId).With(since).With(botId).With(since).With(NewestRows)),
            Heartbeats = Buckets(session.Prepare(
                "SELECT last_at, kept, kept + missed FROM bot_heartbeats WHERE bot_id = ? AND last_at >= ?").With(botId).With(since)),
            Violations = Instants(session.Prepare(
                "SELECT t.opened_at FROM trade_log t WHERE t.bot_id = ? AND t.opened_at >= ? AND (" +
                "(t.order_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM checked_orders o WHERE o.bot_id = t.bot_id AND o.order_id = t.order_id)) " +
                "OR (SELECT k.to_value FROM gate_transitions k WHERE k.subject = 'kill_switch' AND k.at <= t.opened_at - ? ORDER BY k.at DESC LIMIT 1) = 'engaged') " +
                "ORDER BY t.opened_at DESC LIMIT 100")
                .With(botId).With(since).With(KillGrace)),
            Interventions = Interventions(session, botId, from),
            Resolved = Resolved(session, botId, since),
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

    private static ImmutableArray<DateTimeOffset> Instants(Statement rows)
    {
        var instants = ImmutableArray.CreateBuilder<DateTimeOffset>();
        while (rows.Read())
        {
            instants.Add(rows.Instant(0));
        }

        return instants.ToImmutable();
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

    private static ImmutableArray<ResolvedDecision> Resolved(SqliteSession session, string botId, long since)
    {
        var rows = session.Prepare(
            "SELECT d.occurred_at, d.confidence, t.pnl FROM decision_traces d JOIN trade_log t ON t.bot_id = d.bot_id AND t.decision_id = d.decision_id " +
            "WHERE d.bot_id = ? AND d.occurred_at >= ? AND d.confidence IS NOT NULL AND t.pnl IS NOT NULL AND t.closed_at IS NOT NULL " +
            "ORDER BY d.occurred_at DESC LIMIT ?")
            .With(botId).With(since).With(NewestResolved);
        var resolved = ImmutableArray.CreateBuilder<ResolvedDecision>();
        while (rows.Read())
        {
            resolved.Add(new(rows.Instant(0), rows.NullableReal(1)!.Value, rows.Decimal(2) > 0));
        }

        return resolved.ToImmutable();
    }
}
