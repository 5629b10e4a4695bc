using System.Collections.Immutable;
using ControlPlane.Grains.Autonomy.Policy;
using ControlPlane.Grains.Risk.Symbols;
using ControlPlane.Silo.Storage.Seals.Ledger;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control.Autonomy;

/// <summary>A bot's evidence by hours, from one snapshot. Of each kind the newest rows only, so that a busy bot costs no more than a bound.</summary>
internal static class AutonomyEvidenceQuery
{
    private const int NewestRows = 20_000;
    private const int NewestCallsByProvider = 5_000;
    private const int NewestResolved = 5_000;

    // What a trade says of an order on its side of another symbol is sorted out by the bot's names.
    private const string Fills = "o.bot_id = t.bot_id AND o.order_id = t.order_id AND o.side = t.side";

    public static async Task<AutonomyEvidence> RunAsync(SqlSession session, string botId, DateTimeOffset from, DateTimeOffset settledBy, SymbolNames names)
    {
        await session.VerifyChangedAsync(botId);
        var (sql, no) = (session.Sql, session.Sql.False);
        var of = new
        {
            BotId = botId, Since = (Instant)from, SettledBy = (Instant)settledBy, NewestRows, NewestCallsByProvider, NewestResolved, Target = $"bot/{botId}", SinceTicks = from.UtcTicks,
        };
        async Task<ImmutableArray<EvidenceBucket>> Buckets(string rows) =>
        [
            .. (await session.ListAsync<BucketRow>(
                $"SELECT MAX(at) AS last_at, SUM(good) AS good, COUNT(*) AS total FROM ({rows}) evidence GROUP BY {sql.HourOf("at")} ORDER BY 1", of)).Select(row => row.Bucket()),
        ];

        return new AutonomyEvidence
        {
            Calls = await Buckets(Calls(sql)),
            Orders = await Buckets(
                "SELECT at, good FROM (SELECT granted_at AS at, CASE WHEN filled <> '0' THEN 1 ELSE 0 END AS good FROM checked_orders WHERE bot_id = @BotId AND granted_at >= @Since " +
                "AND (filled <> '0' OR status = 'rejected' OR (status IN ('open', 'filled') AND granted_at < @SettledBy)) " +
                "UNION ALL SELECT COALESCE(received_at, occurred_at), 0 FROM bot_cycles WHERE bot_id = @BotId AND occurred_at >= @Since AND outcome = 'error') ends " +
                "ORDER BY at DESC LIMIT @NewestRows"),
            Cycles = await Buckets(
                "SELECT COALESCE(c.received_at, c.occurred_at) AS at, CASE WHEN c.trace_id IS NULL THEN 0 " +
                "WHEN c.outcome = 'traded' AND NOT EXISTS (SELECT 1 FROM decision_traces d WHERE d.bot_id = c.bot_id AND d.trace_id = c.trace_id) THEN 0 " +
                "WHEN c.outcome = 'suppressed' AND NOT EXISTS (SELECT 1 FROM no_trade_ids n WHERE n.bot_id = c.bot_id AND n.trace_id = c.trace_id) THEN 0 ELSE 1 END AS good " +
                $"FROM bot_cycles c WHERE c.bot_id = @BotId AND c.occurred_at >= @Since AND {Seen(sql, "c", "COALESCE(c.received_at, c.occurred_at)")} ORDER BY c.occurred_at DESC LIMIT @NewestRows"),
            Acts = ExplainedOrders.ByHour(
                (await session.ListAsync<FilledRow>(
                    "SELECT o.order_id, o.granted_at, o.symbol, t.symbol AS explained_by FROM checked_orders o LEFT JOIN trade_log t ON " +
                    $"{Fills} AND t.history = {no} AND EXISTS (SELECT 1 FROM decision_traces d WHERE d.bot_id = t.bot_id AND d.decision_id = t.decision_id) " +
                    "WHERE o.bot_id = @BotId AND o.granted_at >= @Since AND o.filled <> '0' AND o.intent = 'open' ORDER BY o.granted_at DESC LIMIT @NewestRows",
                    of)).Select(row => new FilledOrder(row.OrderId, row.GrantedAt, row.Symbol, row.ExplainedBy)),
                (await session.ListAsync<Instant>(
                    "SELECT n.last_at FROM no_trade_traces n WHERE n.bot_id = @BotId AND n.last_at >= @Since " +
                    "AND EXISTS (SELECT 1 FROM no_trade_reasons r WHERE r.no_trade = n.id AND r.code = 'RISK_LIMIT') ORDER BY n.last_at DESC LIMIT @NewestRows",
                    of)).Select(at => (DateTimeOffset)at),
                names,
                NewestRows),
            Heartbeats =
            [
                .. (await session.ListAsync<BucketRow>(
                    "SELECT last_at, kept AS good, kept + missed AS total FROM bot_heartbeats WHERE bot_id = @BotId AND last_at >= @Since AND kept + missed > 0 " +
                    "ORDER BY last_at LIMIT @NewestRows",
                    of)).Select(row => row.Bucket()),
            ],
            Violations = await TradeViolationQuery.RunAsync(session, botId, from, names),
            Interventions =
            [
                .. (await session.ListAsync<long>(
                    "SELECT at_ticks FROM audit_log WHERE target = @Target AND at_ticks >= @SinceTicks AND by_role = 'operator' AND outcome = 'done' " +
                    "AND action IN ('kill.engage', 'live.disarm', 'runner.stop') ORDER BY at_ticks DESC LIMIT 100",
                    of)).Select(ticks => new DateTimeOffset(ticks, TimeSpan.Zero)),
            ],

            // One trade a decision and an order, and only decisions that came before the result did.
            Resolved =
            [
                .. (await session.ListAsync<ResolvedRow>(
                    "SELECT COALESCE(t.settled_at, t.closed_at) AS at, d.confidence, t.pnl, t.symbol AS traded, o.symbol AS ordered FROM trade_log t " +
                    $"JOIN decision_traces d ON d.bot_id = t.bot_id AND d.decision_id = t.decision_id JOIN checked_orders o ON {Fills} " +
                    "WHERE t.bot_id = @BotId AND COALESCE(t.settled_at, t.closed_at) >= @Since AND t.pnl IS NOT NULL AND t.closed_at IS NOT NULL " +
                    $"AND t.history = {no} AND d.confidence IS NOT NULL AND (d.received_at IS NULL OR t.settled_at IS NULL OR d.received_at < t.settled_at) " +
                    "AND NOT EXISTS (SELECT 1 FROM trade_log f WHERE f.bot_id = t.bot_id AND f.id < t.id AND (f.decision_id = t.decision_id OR f.order_id = t.order_id)) " +
                    "ORDER BY 1 DESC LIMIT @NewestResolved",
                    of)).Where(row => names.Same(row.Traded, row.Ordered)).Select(row => new ResolvedDecision(row.At, row.Confidence, row.Pnl > 0)),
            ],
        };
    }

    // PostgreSQL has no index of calls by bot, since it would slow down each insert. The newest listed calls of each provider that the bot used are
    // scanned.
    private static string Calls(SqlDialect sql) => "SELECT e.occurred_at AS at, CASE WHEN e.status = 0 THEN 1 ELSE 0 END AS good FROM " + (sql.IsSqlite
        ? $"integration_usage_events e WHERE e.bot_id = @BotId AND e.occurred_at >= @Since AND {Seen(sql, "e", "e.occurred_at")} ORDER BY e.occurred_at DESC LIMIT @NewestRows"
        : "usage_bots b CROSS JOIN LATERAL (SELECT occurred_at, status, bot_id FROM integration_usage_events WHERE provider = b.provider AND listed AND occurred_at >= @Since " +
          $"ORDER BY occurred_at DESC, id DESC LIMIT @NewestCallsByProvider) e WHERE b.bot_id = @BotId AND e.bot_id = @BotId AND {Seen(sql, "e", "e.occurred_at")}");

    /// <summary>A runner of the bot was heard of in the hour of the instant.</summary>
    private static string Seen(SqlDialect sql, string table, string at) =>
        $"EXISTS (SELECT 1 FROM bot_heartbeats h WHERE h.bot_id = {table}.bot_id AND h.hour_s = {sql.HourOf(at)} AND h.kept > 0)";

    private sealed class BucketRow
    {
        public Instant LastAt { get; init; }
        public long Good { get; init; }
        public long Total { get; init; }

        public EvidenceBucket Bucket() => new(LastAt, Good, Total);
    }

    private sealed class FilledRow
    {
        public string OrderId { get; init; } = "";
        public Instant GrantedAt { get; init; }
        public string Symbol { get; init; } = "";
        public string? ExplainedBy { get; init; }
    }

    private sealed class ResolvedRow
    {
        public Instant At { get; init; }
        public double Confidence { get; init; }
        public Amount Pnl { get; init; }
        public string Traded { get; init; } = "";
        public string Ordered { get; init; } = "";
    }
}
