using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;
using ControlPlane.Silo.Storage.Embedded.Traces;

namespace ControlPlane.Silo.Storage.Embedded.Risk;

/// <summary>Checked orders and positions in the embedded database.</summary>
internal sealed class EmbeddedRiskStore(EmbeddedDatabase database) : IRiskStore
{
    private const string Columns = "order_id, symbol, side, quantity, price, intent, lease_epoch, granted_at, status, filled, trace_id";

    public Task GrantAsync(string botId, GrantedOrder order, CancellationToken cancellationToken) => database.WriteAsync(
        WriteLane.Control,
        rows: 1,
        session => session.Prepare($"INSERT INTO checked_orders ({Columns}, bot_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .With(order.OrderId).With(order.Symbol).With(TradeWords.Word(order.Side)).WithDecimal(order.Quantity).WithDecimal(order.Price)
            .With(order.Intent == OrderIntent.Reduce ? "reduce" : "open").With(order.LeaseEpoch).With(UnixMicroseconds.From(order.GrantedAt))
            .With(order.Status).WithDecimal(order.Filled).With(order.TraceId).With(botId).Run(),
        cancellationToken);

    public Task<bool> EndAsync(string botId, string orderId, string status, DateTimeOffset at, CancellationToken cancellationToken) => database.WriteAsync(
        WriteLane.Control,
        rows: 1,
        session =>
        {
            session.Prepare("UPDATE checked_orders SET status = ?, ended_at = ? WHERE bot_id = ? AND order_id = ? AND status = 'open'")
                .With(status).With(UnixMicroseconds.From(at)).With(botId).With(orderId).Run();
            return session.Prepare("SELECT 1 FROM checked_orders WHERE bot_id = ? AND order_id = ?").With(botId).With(orderId)
                .ReadAll(row => row.Int64(0)).Length > 0;
        },
        cancellationToken);

    public Task ReportPositionAsync(string botId, string symbol, decimal quantity, DateTimeOffset at, CancellationToken cancellationToken) => database.WriteAsync(
        WriteLane.Control,
        rows: 1,
        session => session.Prepare("INSERT OR REPLACE INTO bot_positions (bot_id, symbol, quantity, drift, reported_at) VALUES (?, ?, ?, ?, ?)")
            .With(botId).With(symbol).WithDecimal(quantity).WithDecimal(quantity - Ledger(session, botId, symbol)).With(UnixMicroseconds.From(at)).Run(),
        cancellationToken);

    public Task<RiskBook> ReadAsync(string botId, string symbol, DateTimeOffset ordersFrom, DateTimeOffset day, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session =>
            {
                session.Prepare("BEGIN").Run();
                var orders = session.Prepare($"SELECT {Columns} FROM checked_orders WHERE bot_id = ? AND granted_at >= ? ORDER BY granted_at")
                    .With(botId).With(UnixMicroseconds.From(ordersFrom)).ReadAll(Order);
                var report = session.Prepare("SELECT quantity, drift, reported_at FROM bot_positions WHERE bot_id = ? AND symbol = ?")
                    .With(botId).With(symbol).ReadAll(row => new PositionReport(row.Decimal(0), row.Decimal(1), row.Instant(2))).FirstOrDefault();
                var last = session.Prepare("SELECT opened_at, price FROM trade_log WHERE bot_id = ? AND symbol = ? ORDER BY opened_at DESC LIMIT 1")
                    .With(botId).With(symbol).ReadAll(row => (At: (DateTimeOffset?)row.Instant(0), Price: (decimal?)row.Decimal(1))).FirstOrDefault();
                var realised = RealisedRows.Parts(session.Prepare("SELECT currency, pnl FROM trade_log WHERE bot_id = ? AND realised_at >= ?")
                    .With(botId).With(UnixMicroseconds.From(day)).ReadAll(row => (row.NullableText(0), row.NullableDecimal(1))));
                var book = new RiskBook(orders, Ledger(session, botId, symbol), report, last.At, last.Price, realised);
                session.Prepare("COMMIT").Run();
                return book;
            },
            cancellationToken);

    public Task<ImmutableArray<decimal>> OtherMarksAsync(string botId, string symbol, DateTimeOffset from, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.Prepare(
            "SELECT t.bot_id, t.price FROM trade_log t WHERE t.symbol = ? AND t.received_at >= ? AND t.bot_id <> ? AND t.history = 0 " +
            "AND EXISTS (SELECT 1 FROM checked_orders o WHERE o.bot_id = t.bot_id AND o.order_id = t.order_id) ORDER BY t.received_at DESC LIMIT 200")
            .With(symbol).With(UnixMicroseconds.From(from)).With(botId).ReadAll(row => (Bot: row.Text(0), Price: row.Decimal(1)))
            .DistinctBy(t => t.Bot, StringComparer.Ordinal).Take(20).Select(t => t.Price).ToImmutableArray(),
        cancellationToken);

    public Task<decimal?> GrossAsync(string botId, CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            decimal? gross = 0;
            void Add(decimal units, decimal? price) => gross = units == 0 ? gross : Amounts.Plus(gross, Amounts.Times(Math.Abs(units), price is { } worth ? Math.Abs(worth) : null));
            foreach (var trade in session.Prepare("SELECT quantity, price FROM trade_log WHERE bot_id = ? AND closed_at IS NULL").With(botId).ReadAll(row => (row.Decimal(0), row.Decimal(1)))) Add(trade.Item1, trade.Item2);
            foreach (var order in session.Prepare("SELECT quantity, filled, price FROM checked_orders WHERE bot_id = ? AND status IN ('open', 'filled') AND intent = 'open'").With(botId)
                .ReadAll(row => (Left: row.Decimal(0) - row.Decimal(1), Price: row.Decimal(2)))) Add(Math.Max(0, order.Left), order.Price);
            foreach (var report in session.Prepare("SELECT drift, (SELECT price FROM trade_log t WHERE t.bot_id = p.bot_id AND t.symbol = p.symbol ORDER BY t.opened_at DESC LIMIT 1) FROM bot_positions p WHERE bot_id = ?").With(botId)
                .ReadAll(row => (Drift: row.Decimal(0), Price: row.NullableDecimal(1)))) Add(report.Drift, report.Price);
            return gross;
        },
        cancellationToken);

    public Task<bool> MayHoldAsync(string botId, CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            if (session.Prepare("SELECT 1 FROM checked_orders WHERE bot_id = ? AND status = 'open' AND intent = 'open' LIMIT 1").With(botId).ReadAll(row => row.Int64(0)).Length > 0) return true;
            var units = session.Prepare("SELECT symbol, side, quantity FROM trade_log WHERE bot_id = ? AND closed_at IS NULL UNION ALL SELECT symbol, 'buy', drift FROM bot_positions WHERE bot_id = ?")
                .With(botId).With(botId).ReadAll(row => (Symbol: row.Text(0), Units: TradeWords.Side(row.Text(1)) == OrderSide.Buy ? row.Decimal(2) : -row.Decimal(2)));
            return units.GroupBy(u => u.Symbol, StringComparer.Ordinal).Any(g => g.Sum(u => u.Units) != 0);
        },
        cancellationToken);

    public Task<long> PurgeAsync(DateTimeOffset olderThan, CancellationToken cancellationToken) => TraceRows.PurgeAsync(
        database,
        (session, some) => session
            .Prepare("DELETE FROM checked_orders WHERE id IN (SELECT id FROM checked_orders WHERE granted_at < ? LIMIT ?)")
            .With(UnixMicroseconds.From(olderThan)).With(some).Run(),
        cancellationToken);

    private static decimal Ledger(SqliteSession session, string botId, string symbol) => session
        .Prepare("SELECT side, quantity FROM trade_log WHERE bot_id = ? AND symbol = ? AND closed_at IS NULL").With(botId).With(symbol)
        .ReadAll(row => TradeWords.Side(row.Text(0)) == OrderSide.Buy ? row.Decimal(1) : -row.Decimal(1)).Sum();

    private static GrantedOrder Order(Statement row) => new(
        row.Text(0),
        row.Text(1),
        TradeWords.Side(row.Text(2)),
        row.Decimal(3),
        row.Decimal(4),
        row.Text(5) == "reduce" ? OrderIntent.Reduce : OrderIntent.Open,
        row.Int64(6),
        row.Instant(7),
        row.Text(8),
        row.Decimal(9),
        row.NullableText(10));
}
