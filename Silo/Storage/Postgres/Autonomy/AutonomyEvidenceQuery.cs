using System.Collections.Immutable;
using ControlPlane.Grains.Autonomy.Policy;
using ControlPlane.Grains.Risk.Symbols;
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

    // What a trade says of an order on its side of another symbol is sorted out by the bot's names.
    private const string Fills = "o.bot_id = t.bot_id AND o.order_id = t.order_id AND o.side = t.side";
    private static readonly string s_seenCall = Seen("e", "e.occurred_at");
    private static readonly string s_seenCycle = Seen("c", "COALESCE(c.received_at, c.occurred_at)");

    private static string Seen(string table, string at) =>
        $"EXISTS (SELECT FROM bot_heartbeats h WHERE h.bot_id = {table}.bot_id AND h.hour_s = extract(epoch FROM date_trunc('hour', {at}, 'UTC'))::bigint AND h.kept > 0)";

    public static async Task<AutonomyEvidence> RunAsync(NpgsqlConnection connection, string botId, DateTimeOffset from, DateTimeOffset settledBy, SymbolNames names, CancellationToken cancellationToken)
    {
        var since = PostgresStatement.Instant(from);
        NpgsqlCommand Ask(string sql, long limit) => connection.Statement(sql).With(botId).With(since).With(limit);
        async Task<ImmutableArray<EvidenceBucket>> Read(NpgsqlCommand command) =>
            [.. (await command.ListAsync(row => new EvidenceBucket(row.InstantOf(0), row.GetInt64(1), row.GetInt64(2)), cancellationToken)).Where(b => b.Total > 0)];
        Task<ImmutableArray<EvidenceBucket>> Buckets(string sql, long limit) => Read(Ask(sql, limit));

        return new AutonomyEvidence
        {
            Calls = await Buckets(
                "SELECT max(at), sum(good)::bigint, count(*) FROM (SELECT e.occurred_at AS at, (e.status = 0)::int AS good FROM usage_bots b CROSS JOIN LATERAL " +
                "(SELECT occurred_at, status, bot_id FROM integration_usage_events WHERE provider = b.provider AND listed AND occurred_at >= $2 " +
                $"ORDER BY occurred_at DESC, id DESC LIMIT $3) e WHERE b.bot_id = $1 AND e.bot_id = $1 AND {s_seenCall}) calls" + ByHour,
                NewestCalls),
            Orders = await Read(Ask(
                "SELECT max(at), sum(good)::bigint, count(*) FROM (SELECT at, good FROM (" +
                "SELECT granted_at AS at, (filled > 0)::int AS good FROM checked_orders WHERE bot_id = $1 AND granted_at >= $2 " +
                "AND (filled > 0 OR status = 'rejected' OR (status IN ('open', 'filled') AND granted_at < $4)) " +
                "UNION ALL SELECT COALESCE(received_at, occurred_at), 0 FROM bot_cycles WHERE bot_id = $1 AND occurred_at >= $2 AND outcome = 'error') ends ORDER BY at DESC LIMIT $3) orders" + ByHour,
                NewestRows).With(PostgresStatement.Instant(settledBy))),
            Cycles = await Buckets(
                "SELECT max(at), sum(whole)::bigint, count(*) FROM (SELECT COALESCE(c.received_at, c.occurred_at) AS at, (c.trace_id IS NOT NULL AND CASE c.outcome " +
                "WHEN 'traded' THEN EXISTS (SELECT FROM decision_traces d WHERE d.bot_id = c.bot_id AND d.trace_id = c.trace_id) " +
                "WHEN 'suppressed' THEN EXISTS (SELECT FROM no_trade_ids n WHERE n.bot_id = c.bot_id AND n.trace_id = c.trace_id) " +
                $"ELSE true END)::int AS whole FROM bot_cycles c WHERE c.bot_id = $1 AND c.occurred_at >= $2 AND {s_seenCycle} ORDER BY c.occurred_at DESC LIMIT $3) cycles" + ByHour,
                NewestRows),
            Acts = ExplainedOrders.ByHour(
                await Ask(
                    "SELECT o.order_id, o.granted_at, o.symbol, t.symbol FROM checked_orders o LEFT JOIN trade_log t ON " +
                    $"{Fills} AND NOT t.history AND EXISTS (SELECT FROM decision_traces d WHERE d.bot_id = t.bot_id AND d.decision_id = t.decision_id) " +
                    "WHERE o.bot_id = $1 AND o.granted_at >= $2 AND o.filled > 0 AND o.intent = 'open' ORDER BY o.granted_at DESC LIMIT $3",
                    NewestRows).ListAsync(row => new FilledOrder(row.GetString(0), row.InstantOf(1), row.GetString(2), row.TextOf(3)), cancellationToken),
                await Ask(
                    "SELECT n.last_at FROM no_trade_traces n WHERE n.bot_id = $1 AND n.last_at >= $2 " +
                    "AND EXISTS (SELECT FROM no_trade_reasons r WHERE r.no_trade = n.id AND r.code = 'RISK_LIMIT') ORDER BY n.last_at DESC LIMIT $3",
                    NewestRows).ListAsync(row => row.InstantOf(0), cancellationToken),
                names,
                (int)NewestRows),
            Heartbeats = await Buckets("SELECT last_at, kept, kept + missed FROM bot_heartbeats WHERE bot_id = $1 AND last_at >= $2 ORDER BY last_at LIMIT $3", NewestRows),
            Violations = await TradeViolationQuery.RunAsync(Ask, botId, names, cancellationToken),
            Interventions =
            [
                .. await connection.Statement(
                    "SELECT at_ticks FROM audit_log WHERE target = $1 AND at_ticks >= $2 AND by_role = 'operator' AND outcome = 'done' " +
                    "AND action IN ('kill.engage', 'live.disarm', 'runner.stop') ORDER BY at_ticks DESC LIMIT 100")
                    .With($"bot/{botId}").With(from.UtcTicks).ListAsync(row => new DateTimeOffset(row.GetInt64(0), TimeSpan.Zero), cancellationToken),
            ],

            // One trade a decision and an order, and only decisions that came before the result did.
            Resolved =
            [
                .. (await Ask(
                    "SELECT COALESCE(t.settled_at, t.closed_at) AS at, d.confidence, t.pnl > 0, t.symbol, o.symbol FROM trade_log t JOIN decision_traces d ON d.bot_id = t.bot_id AND d.decision_id = t.decision_id " +
                    $"JOIN checked_orders o ON {Fills} " +
                    "WHERE t.bot_id = $1 AND COALESCE(t.settled_at, t.closed_at) >= $2 AND t.pnl IS NOT NULL AND t.closed_at IS NOT NULL AND NOT t.history AND d.confidence IS NOT NULL " +
                    "AND (d.received_at IS NULL OR t.settled_at IS NULL OR d.received_at < t.settled_at) " +
                    "AND NOT EXISTS (SELECT FROM trade_log f WHERE f.bot_id = t.bot_id AND f.id < t.id AND (f.decision_id = t.decision_id OR f.order_id = t.order_id)) ORDER BY at DESC LIMIT $3",
                    NewestResolved).ListAsync(
                        row => (Decision: new ResolvedDecision(row.InstantOf(0), row.GetDouble(1), row.GetBoolean(2)), Same: names.Same(row.GetString(3), row.GetString(4))), cancellationToken))
                    .Where(r => r.Same).Select(r => r.Decision),
            ],
        };
    }
}
