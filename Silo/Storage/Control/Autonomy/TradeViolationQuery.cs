using System.Collections.Immutable;
using ControlPlane.Grains.Autonomy.Policy;
using ControlPlane.Grains.Risk.Symbols;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control.Autonomy;

/// <summary>Trades by which a bot broke a rule: outside an order, beyond one, under a kill.</summary>
internal static class TradeViolationQuery
{
    /// <summary>A trade may be under way when a kill comes; after this long it was opened against it.</summary>
    private const int KillGraceSeconds = 5;

    private const string At = "COALESCE(t.received_at, t.opened_at)";
    private const string Newest = $" ORDER BY {At} DESC LIMIT 100";
    private const string Opens = "o.bot_id = t.bot_id AND o.order_id = t.order_id AND o.side = t.side";
    private const string Closes = "o.bot_id = t.bot_id AND o.order_id = t.close_order_id AND o.side <> t.side";

    public static async Task<ImmutableArray<Violation>> RunAsync(SqlSession session, string botId, DateTimeOffset from, SymbolNames names)
    {
        var since = $"t.bot_id = @BotId AND {At} >= @Since AND t.history = {session.Sql.False}";
        async Task<IEnumerable<Violation>> Found(string sql, string rule, string? subject = null) =>
            (await session.ListAsync<Instant>(sql + Newest, new { BotId = botId, Since = (Instant)from, Subject = subject })).Select(at => new Violation(at, rule));

        // Trades from before their receipt was kept, without an order, are none. The closing may have been told before the opening.
        var outside = $"SELECT {At} FROM trade_log t WHERE {since} AND ((t.order_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM checked_orders o WHERE {Opens})) " +
            $"OR (t.close_order_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM checked_orders o WHERE {Closes})) " +
            "OR (t.order_id IS NULL AND t.received_at IS NOT NULL AND (t.close_order_id IS NULL OR t.closed_at IS NULL)))";
        var killed = $"SELECT {At} FROM trade_log t WHERE {since} AND (SELECT k.to_value FROM gate_transitions k WHERE k.subject = @Subject " +
            $"AND k.at <= {session.Sql.Before("t.opened_at", KillGraceSeconds)} ORDER BY k.at DESC LIMIT 1) = 'engaged'";
        var fills = (await session.ListAsync<FillRow>(
            $"SELECT * FROM (SELECT o.order_id, o.quantity AS granted, o.symbol AS ordered, t.quantity AS units, t.symbol AS traded, {At} AS at FROM trade_log t JOIN checked_orders o ON {Opens} WHERE {since} " +
            $"UNION ALL SELECT o.order_id, o.quantity, o.symbol, t.quantity, t.symbol, {At} FROM trade_log t JOIN checked_orders o ON {Closes} WHERE {since} AND t.closed_at IS NOT NULL) fills " +
            "ORDER BY at DESC LIMIT 20000",
            new { BotId = botId, Since = (Instant)from })).ToLookup(row => names.Same(row.Ordered, row.Traded));
        return
        [
            .. await Found(outside, Violation.OutsideOrder),
            .. fills[false].Select(f => new Violation(f.At, Violation.OutsideOrder)),
            .. fills[true].GroupBy(f => f.OrderId, StringComparer.Ordinal).Where(g => g.Sum(f => f.Units) > g.First().Granted)
                .Select(g => new Violation(g.Max(f => (DateTimeOffset)f.At), Violation.AboveOrder)),
            .. await Found(killed, Violation.UnderKill, "kill_switch"),
            .. await Found(killed, Violation.UnderOwnKill, $"bot/{botId}/kill_switch"),
        ];
    }

    private sealed class FillRow
    {
        public string OrderId { get; init; } = "";
        public Amount Granted { get; init; }
        public string Ordered { get; init; } = "";
        public Amount Units { get; init; }
        public string Traded { get; init; } = "";
        public Instant At { get; init; }
    }
}
