using System.Collections.Immutable;
using ControlPlane.Grains;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Ledger;
using ControlPlane.Grains.Risk.Losses;
using ControlPlane.Silo.Storage.Control.Traces;
using ControlPlane.Silo.Storage.Seals.Ledger;
using ControlPlane.Silo.Storage.Sql;
using TradeRow = ControlPlane.Silo.Storage.Control.Traces.TradeRow;

namespace ControlPlane.Silo.Storage.Control.Risk;

/// <summary>Checked orders and positions.</summary>
internal sealed class RiskStore(IControlDatabase database, Currencies currencies) : IRiskStore
{
    public Task GrantAsync(string botId, GrantedOrder order, CancellationToken cancellationToken) =>
        database.RunAsync(OrderRow.Insert, session => session.First(OrderRow.Of(botId, order)), cancellationToken);

    public Task<GrantedOrder?> EndAsync(string botId, string orderId, string status, DateTimeOffset at, CancellationToken cancellationToken) => database.WriteAsync(
        WriteScope.Control().Of(botId),
        async session =>
        {
            if (await session.FindOrderAsync(botId, orderId) is not { } order) return null;
            var after = order.Ended(status, at);
            if (after != order) await session.UpdateOrdersAsync(botId, [after]);
            return after;
        },
        cancellationToken);

    public async Task<GrantedOrder?> FindClientOrderAsync(string botId, string clientOrderId, CancellationToken cancellationToken) => (await database.ReadAsync(
        session => session.FirstSealedAsync<OrderRow>(
            $"SELECT {OrderRow.Columns.Names} FROM checked_orders WHERE bot_id = @BotId AND client_order_id = @ClientOrderId",
            new { BotId = botId, ClientOrderId = clientOrderId }),
        cancellationToken))?.Order();

    public Task<Page<GrantedOrder>> ListAsync(string botId, bool openOnly, int limit, string? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var cursor = PageCursor.Parse(PagedList.Orders, before);
        return database.PageAsync<OrderRow, GrantedOrder>(
            PagedList.Orders,
            limit,
            $"SELECT id AS row_id, granted_at AS row_at, {OrderRow.Columns.Names} FROM checked_orders WHERE bot_id = @BotId AND (granted_at, id) < (@Time, @Row) " +
            (openOnly ? $"AND status = 'open' AND settled = {database.Sql.False} " : "") + "ORDER BY granted_at DESC, id DESC",
            new { BotId = botId, Time = new Instant(cursor.Time), cursor.Row },
            row => row.Order(),
            cancellationToken);
    }

    public Task StateAsync(string botId, BrokerStatement statement, CancellationToken cancellationToken) => database.WriteAsync(
        WriteScope.Control(1 + statement.Positions.Count).Of(botId),
        async session =>
        {
            var ended = await session.OrdersAsync(botId, statement.EndedOrders);
            await session.UpdateOrdersAsync(botId, ended.Where(o => !o.IsSettled).Select(o => o with { Status = OrderStatus.Ended, EndedAt = statement.At }));
            var renewed = await session.OrdersAsync(botId, statement.RenewedOrders);
            await session.UpdateOrdersAsync(botId, renewed.Select(o => o.Ended(OrderStatus.Open, statement.At)));
            await session.UpdateOrdersAsync(botId, SettledFills.Take(await session.UnsettledOrdersAsync(botId), statement));
            var trades = await session.TradesSinceAsync(botId, statement.AsOf);
            var rows = await session.PositionsAsync(botId);
            await session.WritePositionsAsync(
                botId,
                [
                    .. statement.Positions.Select(stated => (
                        PositionEntries.State(PositionEntries.Merge(stated.Symbol, rows, statement.Names), stated, statement, trades),
                        rows.Select(row => row.Symbol).Where(symbol => statement.Names.Canonical(symbol) == stated.Symbol))),
                ]);
            return true;
        },
        cancellationToken);

    public Task<RiskBook> ReadAsync(string botId, IReadOnlyCollection<string> symbolKeys, DateTimeOffset ordersFrom, DateTimeOffset day, CancellationToken cancellationToken) =>
        database.ReadAtOnceAsync(
            async session =>
            {
                var of = new { BotId = botId, Keys = KeyList.Of(symbolKeys), OrdersFrom = (Instant)ordersFrom };
                await session.VerifyChangedAsync(botId);
                var orders = await session.SealedAsync<OrderRow>(
                    $"SELECT {OrderRow.Columns.Names} FROM checked_orders WHERE bot_id = @BotId AND settled = {session.Sql.False} " +
                    $"UNION ALL SELECT {OrderRow.Columns.Names} FROM checked_orders WHERE bot_id = @BotId AND granted_at >= @OrdersFrom AND settled = {session.Sql.True} ORDER BY granted_at",
                    of);
                var last = await session.FirstAsync<TradeRow>(
                    $"SELECT opened_at, price FROM trade_log WHERE bot_id = @BotId AND {session.Sql.In("symbol_key", "Keys")} ORDER BY opened_at DESC LIMIT 1", of);
                var realised = (await Realised.ReadAsync(session, currencies, botId, day)).GetValueOrDefault(botId, []);
                return new RiskBook(
                    [.. orders.Select(row => row.Order())], await session.OpenTradesAsync(botId), await session.PositionsAsync(botId), last?.OpenedAt, last?.Price, realised);
            },
            cancellationToken);

    public async Task<ImmutableArray<decimal>> OtherMarksAsync(string botId, IReadOnlyCollection<string> symbolKeys, DateTimeOffset from, CancellationToken cancellationToken) =>
    [
        .. (await database.ListAsync<TradeRow>(
            $"SELECT t.bot_id, t.price FROM trade_log t WHERE {database.Sql.In("t.symbol_key", "Keys")} AND t.received_at >= @From AND t.bot_id <> @BotId " +
            $"AND t.history = {database.Sql.False} AND EXISTS (SELECT 1 FROM checked_orders o WHERE o.bot_id = t.bot_id AND o.order_id = t.order_id) ORDER BY t.received_at DESC LIMIT 200",
            new { BotId = botId, Keys = KeyList.Of(symbolKeys), From = (Instant)from },
            cancellationToken)).DistinctBy(t => t.BotId, StringComparer.Ordinal).Take(20).Select(t => (decimal)t.Price),
    ];

    public async Task<long> PurgeAsync(DateTimeOffset olderThan, CancellationToken cancellationToken)
    {
        var sql = database.Sql;
        await database.PurgeAsync("seen_closes", $"at < @Before AND {sql.MayGo("seen_closes")}", olderThan, cancellationToken);
        await database.RunAsync(
            $"DELETE FROM seen_lots WHERE (opens = {sql.False} OR gone = {sql.True}) AND seen_at < @Before AND {sql.MayGo("seen_lots")}", new { Before = (Instant)olderThan }, cancellationToken);
        return await database.PurgeAsync("checked_orders", $"granted_at < @Before AND settled = {sql.True} AND {sql.MayGo("checked_orders")}", olderThan, cancellationToken);
    }
}
