using System.Collections.Immutable;
using ControlPlane.Grains.Autonomy.Policy;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres.Autonomy;

/// <summary>A bot's evidence by hours. Of each kind the newest rows only, so that a busy bot costs no more than a bound.</summary>
internal static class AutonomyEvidenceQuery
{
    private const long NewestRows = 20_000;

    /// <summary>Calls have no index by bot, which would cost every one of them: the newest listed ones of each provider that the bot used are looked through.</summary>
    private const long NewestCalls = 5_000;
    private const long NewestResolved = 5_000;
    private const string ByHour = " GROUP BY date_trunc('hour', at, 'UTC') ORDER BY 1";

    public static async Task<AutonomyEvidence> RunAsync(NpgsqlConnection connection, string botId, DateTimeOffset from, CancellationToken cancellationToken)
    {
        var since = PostgresStatement.Instant(from);
        NpgsqlCommand Ask(string sql, long limit) => connection.Statement(sql).With(botId).With(since).With(limit);
        async Task<ImmutableArray<EvidenceBucket>> Buckets(string sql, long limit) =>
        [
            .. (await Ask(sql, limit).ListAsync(row => new EvidenceBucket(row.InstantOf(0), row.GetInt64(1), row.GetInt64(2)), cancellationToken)).Where(b => b.Total > 0),
        ];

        return new AutonomyEvidence
        {
            Calls = await Buckets(
                "SELECT max(at), sum(good)::bigint, count(*) FROM (SELECT e.occurred_at AS at, (e.status = 0)::int AS good FROM usage_bots b CROSS JOIN LATERAL " +
                "(SELECT occurred_at, status, bot_id FROM integration_usage_events WHERE provider = b.provider AND listed AND occurred_at >= $2 " +
                "ORDER BY occurred_at DESC, id DESC LIMIT $3) e WHERE b.bot_id = $1 AND e.bot_id = $1) calls" + ByHour,
                NewestCalls),
            Orders = await Buckets(
                "SELECT max(at), sum(filled)::bigint, sum(sent + broken)::bigint FROM (SELECT occurred_at AS at, filled, sent, (outcome = 'error')::int AS broken FROM bot_cycles " +
                "WHERE bot_id = $1 AND occurred_at >= $2 ORDER BY occurred_at DESC LIMIT $3) cycles" + ByHour,
                NewestRows),
            Cycles = await Buckets(
                "SELECT max(at), sum(whole)::bigint, count(*) FROM (SELECT c.occurred_at AS at, (c.trace_id IS NOT NULL AND CASE c.outcome " +
                "WHEN 'traded' THEN EXISTS (SELECT FROM decision_traces d WHERE d.bot_id = c.bot_id AND d.trace_id = c.trace_id) " +
                "WHEN 'suppressed' THEN EXISTS (SELECT FROM no_trade_ids n WHERE n.bot_id = c.bot_id AND n.trace_id = c.trace_id) " +
                "ELSE true END)::int AS whole FROM bot_cycles c WHERE c.bot_id = $1 AND c.occurred_at >= $2 ORDER BY c.occurred_at DESC LIMIT $3) cycles" + ByHour,
                NewestRows),
            Acts = await Buckets(
                "SELECT max(at), sum(good)::bigint, count(*) FROM (SELECT at, good FROM (" +
                "SELECT t.opened_at AS at, EXISTS (SELECT FROM decision_traces d WHERE d.bot_id = t.bot_id AND d.decision_id = t.decision_id)::int AS good " +
                "FROM trade_log t WHERE t.bot_id = $1 AND t.opened_at >= $2 " +
                "UNION ALL SELECT n.last_at, 0 FROM no_trade_traces n WHERE n.bot_id = $1 AND n.last_at >= $2 " +
                "AND EXISTS (SELECT FROM no_trade_reasons r WHERE r.no_trade = n.id AND r.code = 'RISK_LIMIT')) both_kinds ORDER BY at DESC LIMIT $3) acts" + ByHour,
                NewestRows),
            Heartbeats = await Buckets("SELECT last_at, kept, kept + missed FROM bot_heartbeats WHERE bot_id = $1 AND last_at >= $2 ORDER BY last_at LIMIT $3", NewestRows),
            Violations =
            [
                .. await Ask(
                    "SELECT t.opened_at FROM trade_log t WHERE t.bot_id = $1 AND t.opened_at >= $2 AND (" +
                    "(t.order_id IS NOT NULL AND NOT EXISTS (SELECT FROM checked_orders o WHERE o.bot_id = t.bot_id AND o.order_id = t.order_id)) " +
                    "OR (SELECT k.to_value FROM gate_transitions k WHERE k.subject = 'kill_switch' AND k.at <= t.opened_at - interval '5 seconds' " +
                    "ORDER BY k.at DESC LIMIT 1) = 'engaged') ORDER BY t.opened_at DESC LIMIT $3",
                    100).ListAsync(row => row.InstantOf(0), cancellationToken),
            ],
            Interventions =
            [
                .. await connection.Statement(
                    "SELECT at_ticks FROM audit_log WHERE target = $1 AND at_ticks >= $2 AND by_role = 'operator' AND outcome = 'done' " +
                    "AND action IN ('kill.engage', 'live.disarm', 'runner.stop') ORDER BY at_ticks DESC LIMIT 100")
                    .With($"bot/{botId}").With(from.UtcTicks).ListAsync(row => new DateTimeOffset(row.GetInt64(0), TimeSpan.Zero), cancellationToken),
            ],
            Resolved =
            [
                .. await Ask(
                    "SELECT d.occurred_at, d.confidence, t.pnl > 0 FROM decision_traces d JOIN trade_log t ON t.bot_id = d.bot_id AND t.decision_id = d.decision_id " +
                    "WHERE d.bot_id = $1 AND d.occurred_at >= $2 AND d.confidence IS NOT NULL AND t.pnl IS NOT NULL AND t.closed_at IS NOT NULL " +
                    "ORDER BY d.occurred_at DESC LIMIT $3",
                    NewestResolved).ListAsync(row => new ResolvedDecision(row.InstantOf(0), row.GetDouble(1), row.GetBoolean(2)), cancellationToken),
            ],
        };
    }
}
