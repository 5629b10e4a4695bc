using System.Collections.Immutable;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Ledger;
using ControlPlane.Silo.Storage.Control.Traces;
using ControlPlane.Silo.Storage.Seals.Ledger;
using ControlPlane.Silo.Storage.Sql;
using TradeRow = ControlPlane.Silo.Storage.Control.Traces.TradeRow;

namespace ControlPlane.Silo.Storage.Control.Risk;

/// <summary>Rows of <c>checked_orders</c>, <c>position_ledger</c> and, as the ledger needs them, <c>trade_log</c>.</summary>
internal static class LedgerRows
{
    private static readonly string s_trades = $"SELECT {TradeRow.All.Names} FROM trade_log WHERE bot_id = @BotId ";

    public static async Task<GrantedOrder?> FindOrderAsync(this SqlSession session, string botId, string orderId) => (await session.FirstSealedAsync<OrderRow>(
        $"SELECT {OrderRow.Columns.Names} FROM checked_orders WHERE bot_id = @BotId AND order_id = @OrderId", new { BotId = botId, OrderId = orderId }))?.Order();

    public static async Task<ImmutableArray<GrantedOrder>> UnsettledOrdersAsync(this SqlSession session, string botId) =>
    [
        .. (await session.SealedAsync<OrderRow>($"SELECT {OrderRow.Columns.Names} FROM checked_orders WHERE bot_id = @BotId AND settled = {session.Sql.False}", new { BotId = botId }))
            .Select(row => row.Order()),
    ];

    public static async Task UpdateOrdersAsync(this SqlSession session, string botId, IEnumerable<GrantedOrder> orders)
    {
        var rows = orders.Select(order => OrderRow.Of(botId, order)).ToArray();
        var unread = rows.Where(row => !session.Knows(row)).Select(row => row.OrderId).ToArray();
        if (unread.Length > 0) await session.OrdersAsync(botId, unread);
        await session.RunAllAsync(OrderRow.Update, [.. rows.Select(row => session.Next(row)).OfType<OrderRow>()]);
    }

    public static async Task<ImmutableArray<GrantedOrder>> OrdersAsync(this SqlSession session, string botId, IReadOnlyList<string> ids) => ids.Count == 0 ? [] :
    [
        .. (await session.SealedAsync<OrderRow>(
            $"SELECT {OrderRow.Columns.Names} FROM checked_orders WHERE bot_id = @BotId AND {session.Sql.In("order_id", "Ids")}", new { BotId = botId, Ids = KeyList.Of(ids) }))
            .Select(row => row.Order()),
    ];

    public static async Task<ImmutableArray<PositionEntry>> PositionsAsync(this SqlSession session, string botId) =>
    [
        .. (await session.SealedAsync<PositionRow>($"SELECT {PositionRow.Columns.Names} FROM position_ledger WHERE bot_id = @BotId", new { BotId = botId }))
            .Where(row => !row.Gone).Select(row => row.Entry()),
    ];

    /// <summary>Writes entries in place of the rows that each merges. The rows have been read in this session.</summary>
    public static async Task WritePositionsAsync(this SqlSession session, string botId, IReadOnlyCollection<(PositionEntry Entry, IEnumerable<string> Merged)> changes)
    {
        var rows = changes.Select(change => PositionRow.Of(botId, change.Entry)).ToArray();
        var merged = changes.SelectMany(change => change.Merged).Except(rows.Select(row => row.Symbol), StringComparer.Ordinal).Select(symbol => PositionRow.Left(botId, symbol));
        var known = rows.ToLookup(row => session.Knows(row));
        await session.RunAllAsync(
            RowSet.Of(PositionRow.Update, known[true].Concat(merged).Select(row => session.Next(row)).OfType<PositionRow>().ToArray()),
            RowSet.Of(PositionRow.Insert, known[false].Select(row => session.First(row)).ToArray()));
    }

    public static Task<ImmutableArray<LedgerTrade>> OpenTradesAsync(this SqlSession session, string botId) =>
        session.TradesAsync(s_trades + "AND closed_at IS NULL", new { BotId = botId });

    public static Task<ImmutableArray<LedgerTrade>> TradesSinceAsync(this SqlSession session, string botId, DateTimeOffset closedAfter) =>
        session.TradesAsync(s_trades + "AND (closed_at IS NULL OR closed_at > @ClosedAfter)", new { BotId = botId, ClosedAfter = (Instant)closedAfter });

    public static Task<ImmutableArray<LedgerTrade>> TradesOfAsync(this SqlSession session, string botId, string orderId) =>
        session.TradesAsync($"{s_trades}AND order_id = @OrderId UNION {s_trades}AND close_order_id = @OrderId", new { BotId = botId, OrderId = orderId });

    private static async Task<ImmutableArray<LedgerTrade>> TradesAsync(this SqlSession session, string sql, object parameters) =>
        [.. (await session.SealedAsync<TradeRow>(sql, parameters)).Select(row => row.LedgerTrade())];
}
