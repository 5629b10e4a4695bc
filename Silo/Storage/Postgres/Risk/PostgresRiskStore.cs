using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Losses;
using ControlPlane.Silo.Storage.Postgres.Traces;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres.Risk;

/// <summary>Checked orders and positions in PostgreSQL.</summary>
internal sealed class PostgresRiskStore(PostgresDatabase database) : IRiskStore
{
    private const string Columns = "order_id, symbol, side, quantity, price, intent, lease_epoch, granted_at, status, filled, trace_id";
    private const string LedgerSum = "SELECT COALESCE(SUM(CASE side WHEN 'buy' THEN quantity ELSE -quantity END), 0) FROM trade_log WHERE bot_id = $1 AND symbol = $2 AND closed_at IS NULL";

    public Task GrantAsync(string botId, GrantedOrder order, CancellationToken cancellationToken) => database.ExecuteAsync(
        (connection, token) => connection.Statement($"INSERT INTO checked_orders ({Columns}, bot_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)")
            .With(order.OrderId).With(order.Symbol).With(TradeWords.Word(order.Side)).With(order.Quantity).With(order.Price)
            .With(order.Intent == OrderIntent.Reduce ? "reduce" : "open").With(order.LeaseEpoch).With(PostgresStatement.Instant(order.GrantedAt))
            .With(order.Status).With(order.Filled).With(order.TraceId).With(botId).RunAsync(token),
        cancellationToken);

    public Task<bool> EndAsync(string botId, string orderId, string status, DateTimeOffset at, CancellationToken cancellationToken) =>
        BotTransaction.RunAsync(
            database,
            botId,
            async (connection, token) =>
            {
                await connection.Statement("UPDATE checked_orders SET status = $1, ended_at = $2 WHERE bot_id = $3 AND order_id = $4 AND status = 'open'")
                    .With(status).With(PostgresStatement.Instant(at)).With(botId).With(orderId).RunAsync(token);
                return (await connection.Statement("SELECT 1 FROM checked_orders WHERE bot_id = $1 AND order_id = $2").With(botId).With(orderId)
                    .ListAsync(row => row.GetInt32(0), token)).Count > 0;
            },
            cancellationToken);

    public Task ReportPositionAsync(string botId, string symbol, decimal quantity, DateTimeOffset at, CancellationToken cancellationToken) =>
        BotTransaction.RunAsync(
            database,
            botId,
            (connection, token) => connection.Statement(
                $"INSERT INTO bot_positions (bot_id, symbol, quantity, drift, reported_at) VALUES ($1, $2, $3, $3 - ({LedgerSum}), $4) " +
                "ON CONFLICT (bot_id, symbol) DO UPDATE SET quantity = excluded.quantity, drift = excluded.drift, reported_at = excluded.reported_at")
                .With(botId).With(symbol).With(quantity).With(PostgresStatement.Instant(at)).RunAsync(token),
            cancellationToken);

    public Task<RiskBook> ReadAsync(string botId, string symbol, DateTimeOffset ordersFrom, DateTimeOffset day, CancellationToken cancellationToken) =>
        database.ReadAtOnceAsync(
            async (connection, token) =>
            {
                var orders = await connection.Statement($"SELECT {Columns} FROM checked_orders WHERE bot_id = $1 AND granted_at >= $2 ORDER BY granted_at")
                    .With(botId).With(PostgresStatement.Instant(ordersFrom)).ListAsync(Order, token);
                var report = (await connection.Statement("SELECT quantity, drift, reported_at FROM bot_positions WHERE bot_id = $1 AND symbol = $2")
                    .With(botId).With(symbol).ListAsync(row => new PositionReport(row.GetDecimal(0), row.GetDecimal(1), row.InstantOf(2)), token)).FirstOrDefault();
                var last = (await connection.Statement("SELECT opened_at, price FROM trade_log WHERE bot_id = $1 AND symbol = $2 ORDER BY opened_at DESC LIMIT 1")
                    .With(botId).With(symbol).ListAsync(row => (At: (DateTimeOffset?)row.InstantOf(0), Price: (decimal?)row.GetDecimal(1)), token)).FirstOrDefault();
                var realised = await connection.Statement("SELECT currency, COALESCE(SUM(pnl), 0), COUNT(*) FILTER (WHERE pnl IS NULL) FROM trade_log WHERE bot_id = $1 AND realised_at >= $2 GROUP BY currency ORDER BY currency COLLATE \"C\" NULLS FIRST")
                    .With(botId).With(PostgresStatement.Instant(day)).ListAsync(row => new RealisedPart(row.TextOf(0), row.GetDecimal(1), row.GetInt64(2)), token);
                var ledger = (await connection.Statement(LedgerSum).With(botId).With(symbol).ListAsync(row => row.GetDecimal(0), token)).Single();
                return new RiskBook([.. orders], ledger, report, last.At, last.Price, [.. realised]);
            },
            cancellationToken);

    public Task<ImmutableArray<decimal>> OtherMarksAsync(string botId, string symbol, DateTimeOffset from, CancellationToken cancellationToken) => database.ExecuteAsync(
        async (connection, token) => (await connection.Statement(
            "SELECT t.bot_id, t.price FROM trade_log t WHERE t.symbol = $1 AND t.received_at >= $2 AND t.bot_id <> $3 AND NOT t.history " +
            "AND EXISTS (SELECT FROM checked_orders o WHERE o.bot_id = t.bot_id AND o.order_id = t.order_id) ORDER BY t.received_at DESC LIMIT 200")
            .With(symbol).With(PostgresStatement.Instant(from)).With(botId).ListAsync(row => (Bot: row.GetString(0), Price: row.GetDecimal(1)), token))
            .DistinctBy(t => t.Bot, StringComparer.Ordinal).Take(20).Select(t => t.Price).ToImmutableArray(),
        cancellationToken);

    public Task<decimal?> GrossAsync(string botId, CancellationToken cancellationToken) => database.ExecuteAsync(
        async (connection, token) => (await connection.Statement(
            "SELECT CASE WHEN bool_or(units <> 0 AND price IS NULL) THEN NULL ELSE COALESCE(SUM(abs(units * price)), 0) END FROM (" +
            "SELECT quantity AS units, price FROM trade_log WHERE bot_id = $1 AND closed_at IS NULL UNION ALL " +
            "SELECT GREATEST(quantity - filled, 0), price FROM checked_orders WHERE bot_id = $1 AND status IN ('open', 'filled') AND intent = 'open' UNION ALL " +
            "SELECT drift, (SELECT price FROM trade_log t WHERE t.bot_id = p.bot_id AND t.symbol = p.symbol ORDER BY t.opened_at DESC LIMIT 1) FROM bot_positions p WHERE bot_id = $1) held")
            .With(botId).ListAsync(row => row.AmountOf(0), token)).Single(),
        cancellationToken);

    public Task<bool> MayHoldAsync(string botId, CancellationToken cancellationToken) => database.ExecuteAsync(
        async (connection, token) => (await connection.Statement(
            "SELECT EXISTS (SELECT 1 FROM checked_orders WHERE bot_id = $1 AND status = 'open' AND intent = 'open') OR EXISTS (SELECT 1 FROM (" +
            "SELECT symbol, CASE side WHEN 'buy' THEN quantity ELSE -quantity END AS units FROM trade_log WHERE bot_id = $1 AND closed_at IS NULL " +
            "UNION ALL SELECT symbol, drift FROM bot_positions WHERE bot_id = $1) held GROUP BY symbol HAVING SUM(units) <> 0)")
            .With(botId).ListAsync(row => row.GetBoolean(0), token)).Single(),
        cancellationToken);

    public Task<long> PurgeAsync(DateTimeOffset olderThan, CancellationToken cancellationToken) =>
        PostgresPurge.RunAsync(database, PostgresPurge.Rows("checked_orders", "granted_at"), olderThan, cancellationToken);

    private static GrantedOrder Order(NpgsqlDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        TradeWords.Side(row.GetString(2)),
        row.GetDecimal(3),
        row.GetDecimal(4),
        row.GetString(5) == "reduce" ? OrderIntent.Reduce : OrderIntent.Open,
        row.GetInt64(6),
        row.InstantOf(7),
        row.GetString(8),
        row.GetDecimal(9),
        row.TextOf(10));
}
