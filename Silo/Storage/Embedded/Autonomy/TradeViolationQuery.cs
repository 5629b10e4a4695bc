using System.Collections.Immutable;
using ControlPlane.Grains.Autonomy.Policy;
using ControlPlane.Grains.Risk.Symbols;
using ControlPlane.Silo.Storage.Embedded.Traces;

namespace ControlPlane.Silo.Storage.Embedded.Autonomy;

/// <summary>Trades by which a bot broke a rule: outside an order, beyond one, under a kill.</summary>
internal static class TradeViolationQuery
{
    /// <summary>A trade may be under way when a kill comes; after this long it was opened against it.</summary>
    private const long KillGrace = 5 * UnixMicroseconds.PerSecond;

    private const string At = "COALESCE(t.received_at, t.opened_at)";
    private const string Newest = $" ORDER BY {At} DESC LIMIT 100";
    private const string Since = $"t.bot_id = ? AND {At} >= ? AND t.history = 0";
    private const string Opens = "o.bot_id = t.bot_id AND o.order_id = t.order_id AND o.side = t.side";
    private const string Closes = "o.bot_id = t.bot_id AND o.order_id = t.close_order_id AND o.side <> t.side";

    // Trades from before their receipt was kept, without an order, are none. The closing may have been told before the opening.
    private const string Outside =
        $"SELECT {At} FROM trade_log t WHERE {Since} AND ((t.order_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM checked_orders o WHERE {Opens})) " +
        $"OR (t.close_order_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM checked_orders o WHERE {Closes})) " +
        "OR (t.order_id IS NULL AND t.received_at IS NOT NULL AND (t.close_order_id IS NULL OR t.closed_at IS NULL)))" + Newest;

    private const string Filled =
        $"SELECT o.order_id, o.quantity, o.symbol, t.quantity, t.symbol, {At} FROM trade_log t JOIN checked_orders o ON {Opens} WHERE {Since} " +
        $"UNION ALL SELECT o.order_id, o.quantity, o.symbol, t.quantity, t.symbol, {At} FROM trade_log t JOIN checked_orders o ON {Closes} WHERE {Since} AND t.closed_at IS NOT NULL";

    private const string Killed =
        $"SELECT {At} FROM trade_log t WHERE {Since} AND (SELECT k.to_value FROM gate_transitions k WHERE k.subject = ? AND k.at <= t.opened_at - ? ORDER BY k.at DESC LIMIT 1) = 'engaged'" + Newest;

    public static ImmutableArray<Violation> Run(SqliteSession session, string botId, long since, SymbolNames names)
    {
        ImmutableArray<Violation> Found(Statement rows, string rule) => rows.ReadAll(row => new Violation(row.Instant(0), rule));
        var fills = session.Prepare(Filled).With(botId).With(since).With(botId).With(since).ReadAll(row => (
            Order: row.Text(0), Granted: row.Decimal(1), Units: row.Decimal(3), Same: names.Same(row.Text(2), row.Text(4)), At: row.Instant(5)));
        return
        [
            .. Found(session.Prepare(Outside).With(botId).With(since), Violation.OutsideOrder),
            .. fills.Where(f => !f.Same).Select(f => new Violation(f.At, Violation.OutsideOrder)),
            .. fills.Where(f => f.Same).GroupBy(f => f.Order, StringComparer.Ordinal).Where(g => g.Sum(f => f.Units) > g.First().Granted)
                .Select(g => new Violation(g.Max(f => f.At), Violation.AboveOrder)),
            .. Found(session.Prepare(Killed).With(botId).With(since).With("kill_switch").With(KillGrace), Violation.UnderKill),
            .. Found(session.Prepare(Killed).With(botId).With(since).With($"bot/{botId}/kill_switch").With(KillGrace), Violation.UnderOwnKill),
        ];
    }
}
