using System.Collections.Immutable;
using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Ledger;
using ControlPlane.Grains.Risk.Losses;
using ControlPlane.Silo.Storage.Embedded.Traces;

namespace ControlPlane.Silo.Storage.Embedded.Risk;

/// <summary>Checked orders and positions in the embedded database.</summary>
internal sealed class EmbeddedRiskStore(EmbeddedDatabase database) : IRiskStore
{
    public Task GrantAsync(string botId, GrantedOrder order, CancellationToken cancellationToken) => database.WriteAsync(
        WriteLane.Control,
        rows: 1,
        session => session.Prepare($"INSERT INTO checked_orders ({OrderColumns.Columns}, settled, bot_id) VALUES ({string.Join(", ", Enumerable.Repeat("?", 34))})")
            .With(order.OrderId).With(order.Symbol).With(TradeWords.Word(order.Side)).WithDecimal(order.Quantity).WithDecimal(order.Price)
            .With(OrderColumns.Word(order.Intent)).With(order.LeaseEpoch).With(UnixMicroseconds.From(order.GrantedAt))
            .With(order.Status).WithDecimal(order.Filled).With(order.TraceId).With(order.ClientOrderId).WithDecimal(order.Multiplier).With(order.OcoGroup)
            .With(Micros(order.RenewedAt)).With(Micros(order.EndedAt)).WithPassage(order.Passage).With(order.IsSettled ? 1 : 0).With(botId).Run(),
        cancellationToken);

    public Task<GrantedOrder?> EndAsync(string botId, string orderId, string status, DateTimeOffset at, CancellationToken cancellationToken) => database.WriteAsync(
        WriteLane.Control,
        rows: 1,
        session => End(session, botId, orderId, status, at),
        cancellationToken);

    public Task<GrantedOrder?> FindClientOrderAsync(string botId, string clientOrderId, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.Prepare($"SELECT {OrderColumns.Columns} FROM checked_orders WHERE bot_id = ? AND client_order_id = ?")
            .With(botId).With(clientOrderId).ReadAll(LedgerRows.Order).FirstOrDefault(),
        cancellationToken);

    public Task<Page<GrantedOrder>> ListAsync(string botId, bool openOnly, int limit, string? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var cursor = PageCursor.Parse(PagedList.Orders, before);
        return database.ReadAsync(
            session => PageQuery.Read(
                PagedList.Orders,
                limit,
                session.Prepare(
                    $"SELECT id, granted_at, {OrderColumns.Columns} FROM checked_orders WHERE bot_id = ? AND (granted_at, id) < (?, ?) " +
                    (openOnly ? "AND status = 'open' AND settled = 0 " : "") + "ORDER BY granted_at DESC, id DESC LIMIT ?")
                    .With(botId).With(cursor.Time).With(cursor.Row).With(limit + 1L),
                row => LedgerRows.Order(row, 2),
                row => new(row.Int64(1), row.Int64(0))),
            cancellationToken);
    }

    public Task StateAsync(string botId, BrokerStatement statement, CancellationToken cancellationToken) => database.WriteAsync(
        WriteLane.Control,
        rows: 1 + statement.Positions.Count,
        session =>
        {
            foreach (var id in statement.EndedOrders)
            {
                if (LedgerRows.Find(session, botId, id) is { IsSettled: false } order) LedgerRows.Update(session, botId, order with { Status = OrderStatus.Ended, EndedAt = statement.At });
            }

            foreach (var id in statement.RenewedOrders) End(session, botId, id, OrderStatus.Open, statement.At);
            var trades = LedgerRows.TradesSince(session, botId, statement.AsOf);
            foreach (var stated in statement.Positions)
            {
                var rows = LedgerRows.Positions(session, botId);
                var entry = PositionEntries.Merge(stated.Symbol, rows, statement.Names);
                LedgerRows.Write(
                    session, botId, PositionEntries.State(entry, stated, statement, trades), rows.Select(row => row.Symbol).Where(symbol => statement.Names.Canonical(symbol) == stated.Symbol));
            }

            return true;
        },
        cancellationToken);

    public Task<RiskBook> ReadAsync(string botId, IReadOnlyCollection<string> symbolKeys, DateTimeOffset ordersFrom, DateTimeOffset day, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session =>
            {
                session.Prepare("BEGIN").Run();
                var orders = session.Prepare(
                    $"SELECT {OrderColumns.Columns} FROM checked_orders WHERE bot_id = ? AND settled = 0 " +
                    $"UNION ALL SELECT {OrderColumns.Columns} FROM checked_orders WHERE bot_id = ? AND granted_at >= ? AND settled = 1 ORDER BY granted_at")
                    .With(botId).With(botId).With(UnixMicroseconds.From(ordersFrom)).ReadAll(LedgerRows.Order);
                var last = session.Prepare("SELECT opened_at, price FROM trade_log WHERE bot_id = ? AND symbol_key IN (SELECT value FROM json_each(?)) ORDER BY opened_at DESC LIMIT 1")
                    .With(botId).With(List(symbolKeys)).ReadAll(row => (At: (DateTimeOffset?)row.Instant(0), Price: (decimal?)row.Decimal(1))).FirstOrDefault();
                var realised = RealisedRows.Parts(session.Prepare("SELECT currency, pnl, rate FROM trade_log WHERE bot_id = ? AND realised_at >= ?" + SeenRealised.KnownTrades)
                    .With(botId).With(UnixMicroseconds.From(day)).ReadAll(row => (row.NullableText(0), row.NullableDecimal(1), row.NullableDecimal(2))));
                if (SeenRealised.Part(LedgerRows.SeenExits(session, botId, day)) is { } seen) realised = realised.Add(seen);
                var book = new RiskBook(orders, LedgerRows.OpenTrades(session, botId), LedgerRows.Positions(session, botId), last.At, last.Price, realised);
                session.Prepare("COMMIT").Run();
                return book;
            },
            cancellationToken);

    public Task<ImmutableArray<decimal>> OtherMarksAsync(string botId, IReadOnlyCollection<string> symbolKeys, DateTimeOffset from, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.Prepare(
            "SELECT t.bot_id, t.price FROM trade_log t WHERE t.symbol_key IN (SELECT value FROM json_each(?)) AND t.received_at >= ? AND t.bot_id <> ? AND t.history = 0 " +
            "AND EXISTS (SELECT 1 FROM checked_orders o WHERE o.bot_id = t.bot_id AND o.order_id = t.order_id) ORDER BY t.received_at DESC LIMIT 200")
            .With(List(symbolKeys)).With(UnixMicroseconds.From(from)).With(botId).ReadAll(row => (Bot: row.Text(0), Price: row.Decimal(1)))
            .DistinctBy(t => t.Bot, StringComparer.Ordinal).Take(20).Select(t => t.Price).ToImmutableArray(),
        cancellationToken);

    public Task<long> PurgeAsync(DateTimeOffset olderThan, CancellationToken cancellationToken) => TraceRows.PurgeAsync(
        database,
        (session, some) => session
            .Prepare("DELETE FROM checked_orders WHERE id IN (SELECT id FROM checked_orders WHERE granted_at < ? AND settled = 1 LIMIT ?)")
            .With(UnixMicroseconds.From(olderThan)).With(some).Run(),
        cancellationToken);

    private static GrantedOrder? End(SqliteSession session, string botId, string orderId, string status, DateTimeOffset at)
    {
        if (LedgerRows.Find(session, botId, orderId) is not { } order) return null;
        var after = order.Ended(status, at);
        if (after != order) LedgerRows.Update(session, botId, after);
        return after;
    }

    private static string List(IReadOnlyCollection<string> symbolKeys) => JsonSerializer.Serialize(symbolKeys);

    private static long? Micros(DateTimeOffset? at) => at is { } some ? UnixMicroseconds.From(some) : null;
}
