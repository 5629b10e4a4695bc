using System.Collections.Immutable;
using ControlPlane.Grains.Autonomy.Policy;
using ControlPlane.Grains.Risk.Symbols;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres.Autonomy;

/// <summary>Trades by which a bot broke a rule: outside an order, beyond one, under a kill.</summary>
internal static class TradeViolationQuery
{
    private const long NewestTrades = 100;
    private const long NewestFills = 20_000;
    private const string At = "COALESCE(t.received_at, t.opened_at)";
    private const string Newest = $" ORDER BY {At} DESC LIMIT $3";
    private const string Since = $"t.bot_id = $1 AND {At} >= $2 AND NOT t.history";
    private const string Opens = "o.bot_id = t.bot_id AND o.order_id = t.order_id AND o.side = t.side";
    private const string Closes = "o.bot_id = t.bot_id AND o.order_id = t.close_order_id AND o.side <> t.side";

    // Trades from before their receipt was kept, without an order, are none. The closing may have been told before the opening.
    private const string Outside =
        $"SELECT {At} FROM trade_log t WHERE {Since} AND ((t.order_id IS NOT NULL AND NOT EXISTS (SELECT FROM checked_orders o WHERE {Opens})) " +
        $"OR (t.close_order_id IS NOT NULL AND NOT EXISTS (SELECT FROM checked_orders o WHERE {Closes})) " +
        "OR (t.order_id IS NULL AND t.received_at IS NOT NULL AND (t.close_order_id IS NULL OR t.closed_at IS NULL)))" + Newest;

    private const string Filled =
        $"SELECT * FROM (SELECT o.order_id, o.quantity, o.symbol, t.quantity AS units, t.symbol AS traded, {At} AS at FROM trade_log t JOIN checked_orders o ON {Opens} WHERE {Since} " +
        $"UNION ALL SELECT o.order_id, o.quantity, o.symbol, t.quantity, t.symbol, {At} FROM trade_log t JOIN checked_orders o ON {Closes} WHERE {Since} AND t.closed_at IS NOT NULL) fills " +
        "ORDER BY at DESC LIMIT $3";

    private const string Killed =
        $"SELECT {At} FROM trade_log t WHERE {Since} AND (SELECT k.to_value FROM gate_transitions k WHERE k.subject = $4 AND k.at <= t.opened_at - interval '5 seconds' ORDER BY k.at DESC LIMIT 1) = 'engaged'" + Newest;

    public static async Task<ImmutableArray<Violation>> RunAsync(Func<string, long, NpgsqlCommand> ask, string botId, SymbolNames names, CancellationToken cancellationToken)
    {
        async Task<IEnumerable<Violation>> Found(NpgsqlCommand command, string rule) => await command.ListAsync(row => new Violation(row.InstantOf(0), rule), cancellationToken);
        var fills = await ask(Filled, NewestFills).ListAsync(
            row => (Order: row.GetString(0), Granted: row.GetDecimal(1), Units: row.GetDecimal(3), Same: names.Same(row.GetString(2), row.GetString(4)), At: row.InstantOf(5)), cancellationToken);
        return
        [
            .. await Found(ask(Outside, NewestTrades), Violation.OutsideOrder),
            .. fills.Where(f => !f.Same).Select(f => new Violation(f.At, Violation.OutsideOrder)),
            .. fills.Where(f => f.Same).GroupBy(f => f.Order, StringComparer.Ordinal).Where(g => g.Sum(f => f.Units) > g.First().Granted)
                .Select(g => new Violation(g.Max(f => f.At), Violation.AboveOrder)),
            .. await Found(ask(Killed, NewestTrades).With("kill_switch"), Violation.UnderKill),
            .. await Found(ask(Killed, NewestTrades).With($"bot/{botId}/kill_switch"), Violation.UnderOwnKill),
        ];
    }
}
