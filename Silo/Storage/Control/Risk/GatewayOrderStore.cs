using System.Collections.Immutable;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Seen;
using ControlPlane.Silo.Storage.Control.Traces;
using ControlPlane.Silo.Storage.Seals.Ledger;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control.Risk;

/// <summary>Orders of the gateway.</summary>
internal sealed class GatewayOrderStore(IControlDatabase database) : IGatewayOrderStore
{
    private static readonly string s_select = $"SELECT {OrderRow.Columns.Names} FROM checked_orders ";

    public Task<GrantedOrder?> ChangeAsync(string botId, string orderId, Func<GrantedOrder, GrantedOrder?> change, CancellationToken cancellationToken) => database.WriteAsync(
        WriteScope.Control().Of(botId),
        async session =>
        {
            if (await session.FindOrderAsync(botId, orderId) is not { } order || change(order) is not { } after) return null;
            await session.UpdateOrdersAsync(botId, [after]);
            return after;
        },
        cancellationToken);

    public Task<GrantedOrder?> SeeAsync(
        string botId, string orderId, Func<GrantedOrder, GrantedOrder?> change, SeenTerms terms, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        WriteScope.Control(3).Of(botId),
        async session =>
        {
            if (await session.FindOrderAsync(botId, orderId) is not { } order || change(order) is not { } after) return null;
            var lots = (await session.SeenLotsAsync(botId)).Where(lot => terms.Same(lot.Symbol, after.Symbol)).ToArray();
            var booking = SeenAccount.Book(after, lots, terms, now);
            await session.UpdateOrdersAsync(botId, [booking?.Order ?? after]);
            if (booking is null) return after;
            await session.WriteSeenAsync(botId, lots, booking);
            await session.TouchAsync(botId);
            return booking.Order;
        },
        cancellationToken);

    public Task<GrantedOrder?> FindAsync(string botId, string orderId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.FindOrderAsync(botId, orderId), cancellationToken);

    public Task<ImmutableArray<BotOrder>> DueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        ReadAsync(s_select + "WHERE due_at <= @Now ORDER BY due_at LIMIT @Limit", new { Now = (Instant)now, Limit = limit }, cancellationToken);

    // Each half has an index of its own.
    public Task<ImmutableArray<BotOrder>> FindAtProviderAsync(string provider, string? providerOrderId, string? clientOrderId, CancellationToken cancellationToken) => ReadAsync(
        $"{s_select}WHERE provider = @Provider AND provider_order_id = @ProviderOrderId UNION {s_select}WHERE provider = @Provider AND client_order_id = @ClientOrderId",
        new { Provider = provider, ProviderOrderId = providerOrderId, ClientOrderId = clientOrderId },
        cancellationToken);

    public Task<ImmutableArray<BotOrder>> OpenAtProviderAsync(string provider, CancellationToken cancellationToken) =>
        ReadAsync(s_select + "WHERE provider = @Provider AND status = 'open' AND passage <> 'granted'", new { Provider = provider }, cancellationToken);

    public async Task<ImmutableArray<ProviderTrader>> TradersAsync(string provider, long after, CancellationToken cancellationToken) =>
    [
        .. (await database.ListAsync<TraderRow>(
            "SELECT bot_id, MAX(id) AS row_id FROM checked_orders WHERE provider = @Provider AND id > @After GROUP BY bot_id", new { Provider = provider, After = after }, cancellationToken))
            .Select(row => new ProviderTrader(row.BotId, row.RowId)),
    ];

    public async Task<ImmutableArray<OrderVenue>> VenuesAsync(string botId, DateTimeOffset from, CancellationToken cancellationToken) =>
    [
        .. (await database.ListAsync<VenueRow>(
            "SELECT DISTINCT symbol, provider, environment, route FROM checked_orders WHERE bot_id = @BotId AND granted_at >= @From AND status <> 'revoked'",
            new { BotId = botId, From = (Instant)from },
            cancellationToken)).Select(row => new OrderVenue(row.Symbol, row.Provider, row.Environment, row.Route)),
    ];

    public Task WriteAsync(string botId, IReadOnlyList<GrantedOrder> orders, CancellationToken cancellationToken) => database.WriteAsync(
        WriteScope.Control(orders.Count).Of(botId),
        async session =>
        {
            await session.UpdateOrdersAsync(botId, orders);
            return orders.Count;
        },
        cancellationToken);

    // A row that does not verify is named, and taken all the same. These are orders to look up and to cancel, which must go on.
    private Task<ImmutableArray<BotOrder>> ReadAsync(string sql, object parameters, CancellationToken cancellationToken) => database.ReadAsync(
        async session =>
        {
            var rows = await session.ListAsync<OrderRow>(sql, parameters);
            foreach (var row in rows) session.Seals.Look(row);
            return rows.Select(row => new BotOrder(row.BotId, row.Order())).ToImmutableArray();
        },
        cancellationToken);

    private sealed class TraderRow
    {
        public string BotId { get; init; } = "";
        public long RowId { get; init; }
    }

    private sealed class VenueRow
    {
        public string Symbol { get; init; } = "";
        public string? Provider { get; init; }
        public string? Environment { get; init; }
        public string? Route { get; init; }
    }
}
