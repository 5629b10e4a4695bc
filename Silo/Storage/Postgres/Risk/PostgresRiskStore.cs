using System.Collections.Immutable;
using ControlPlane.Grains;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Ledger;
using ControlPlane.Grains.Risk.Losses;
using ControlPlane.Silo.Storage.Postgres.Traces;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres.Risk;

/// <summary>Checked orders and positions in PostgreSQL.</summary>
internal sealed class PostgresRiskStore(PostgresDatabase database) : IRiskStore
{
    private const string Purge =
        "WITH gone AS (DELETE FROM checked_orders WHERE id IN (SELECT id FROM checked_orders WHERE granted_at < $1 AND settled LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING 1) " +
        "SELECT COUNT(*), COUNT(*) FROM gone";

    public Task GrantAsync(string botId, GrantedOrder order, CancellationToken cancellationToken) => database.ExecuteAsync(
        async (connection, token) =>
        {
            var batch = new NpgsqlBatch(connection);
            batch.Add($"INSERT INTO checked_orders ({OrderColumns.Columns}, settled, bot_id) VALUES ({LedgerRows.Places(1, 34)})")
                .With(order.OrderId).With(order.Symbol).With(TradeWords.Word(order.Side)).With(order.Quantity).WithSome(order.Price)
                .With(OrderColumns.Word(order.Intent)).With(order.LeaseEpoch).With(PostgresStatement.Instant(order.GrantedAt))
                .With(order.Status).With(order.Filled).With(order.TraceId).With(order.ClientOrderId).With(order.Multiplier).With(order.OcoGroup)
                .WithSome(order.RenewedAt).WithSome(order.EndedAt).WithPassage(order.Passage).With(order.IsSettled).With(botId);
            return await batch.RunAsync(token);
        },
        cancellationToken);

    public Task<GrantedOrder?> EndAsync(string botId, string orderId, string status, DateTimeOffset at, CancellationToken cancellationToken) =>
        BotTransaction.RunAsync(database, botId, (connection, token) => EndAsync(connection, botId, orderId, status, at, token), cancellationToken);

    public Task<GrantedOrder?> FindClientOrderAsync(string botId, string clientOrderId, CancellationToken cancellationToken) => database.ExecuteAsync(
        async (connection, token) => (await connection.Statement($"SELECT {OrderColumns.Columns} FROM checked_orders WHERE bot_id = $1 AND client_order_id = $2")
            .With(botId).With(clientOrderId).ListAsync(LedgerRows.Order, token)).FirstOrDefault(),
        cancellationToken);

    public Task<Page<GrantedOrder>> ListAsync(string botId, bool openOnly, int limit, string? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var cursor = PageCursor.Parse(PagedList.Orders, before);
        return database.ExecuteAsync(
            (connection, token) => connection.Statement(
                $"SELECT id, granted_at, {OrderColumns.Columns} FROM checked_orders WHERE bot_id = $1 AND (granted_at, id) < ($2, $3) " +
                (openOnly ? "AND status = 'open' AND NOT settled " : "") + "ORDER BY granted_at DESC, id DESC LIMIT $4")
                .With(botId).With(PostgresStatement.Instant(cursor.Time)).With(cursor.Row).With(limit + 1L)
                .PageAsync(PagedList.Orders, limit, row => LedgerRows.Order(row, 2), row => new(row.MicrosecondsOf(1), row.GetInt64(0)), token),
            cancellationToken);
    }

    public Task StateAsync(string botId, BrokerStatement statement, CancellationToken cancellationToken) =>
        BotTransaction.RunAsync(
            database,
            botId,
            async (connection, token) =>
            {
                var batch = new NpgsqlBatch(connection);
                foreach (var id in statement.EndedOrders)
                {
                    if (await LedgerRows.FindAsync(connection, botId, id, token) is { IsSettled: false } order)
                        LedgerRows.Update(batch, botId, order with { Status = OrderStatus.Ended, EndedAt = statement.At });
                }

                foreach (var id in statement.RenewedOrders)
                {
                    if (await LedgerRows.FindAsync(connection, botId, id, token) is { } order) LedgerRows.Update(batch, botId, order.Ended(OrderStatus.Open, statement.At));
                }

                var trades = await LedgerRows.TradesSinceAsync(connection, botId, statement.AsOf, token);
                var rows = await LedgerRows.PositionsAsync(connection, botId, token);
                foreach (var stated in statement.Positions)
                {
                    var entry = PositionEntries.Merge(stated.Symbol, rows, statement.Names);
                    LedgerRows.Write(
                        batch, botId, PositionEntries.State(entry, stated, statement, trades), rows.Select(row => row.Symbol).Where(symbol => statement.Names.Canonical(symbol) == stated.Symbol));
                }

                return await batch.RunAsync(token);
            },
            cancellationToken);

    public Task<RiskBook> ReadAsync(string botId, IReadOnlyCollection<string> symbolKeys, DateTimeOffset ordersFrom, DateTimeOffset day, CancellationToken cancellationToken) =>
        database.ReadAtOnceAsync(
            async (connection, token) =>
            {
                var orders = await connection.Statement(
                    $"SELECT {OrderColumns.Columns} FROM checked_orders WHERE bot_id = $1 AND NOT settled " +
                    $"UNION ALL SELECT {OrderColumns.Columns} FROM checked_orders WHERE bot_id = $1 AND granted_at >= $2 AND settled ORDER BY granted_at")
                    .With(botId).With(PostgresStatement.Instant(ordersFrom)).ListAsync(LedgerRows.Order, token);
                var last = (await connection.Statement("SELECT opened_at, price FROM trade_log WHERE bot_id = $1 AND symbol_key = ANY($2) ORDER BY opened_at DESC LIMIT 1")
                    .With(botId).With(symbolKeys.ToArray()).ListAsync(row => (At: (DateTimeOffset?)row.InstantOf(0), Price: (decimal?)row.GetDecimal(1)), token)).FirstOrDefault();
                var realised = await connection.Statement($"SELECT {RealisedColumns.Currency}, COALESCE(SUM(pnl * COALESCE(rate, 1)), 0), COUNT(*) FILTER (WHERE pnl IS NULL) FROM trade_log WHERE bot_id = $1 AND realised_at >= $2{SeenRealised.KnownTrades} GROUP BY 1 ORDER BY 1 NULLS FIRST")
                    .With(botId).With(PostgresStatement.Instant(day)).ListAsync(row => new RealisedPart(row.TextOf(0), row.GetDecimal(1), row.GetInt64(2)), token);
                var exits = await connection.Statement(
                    "SELECT o.seen_pnl, (SELECT SUM(t.pnl) FROM trade_log t WHERE t.bot_id = o.bot_id AND t.close_order_id = o.order_id) " +
                    "FROM checked_orders o WHERE o.bot_id = $1 AND o.seen_at >= $2 AND (o.seen_pnl IS NOT NULL OR (o.intent = 'reduce' AND o.matched <> 0))")
                    .With(botId).With(PostgresStatement.Instant(day)).ListAsync(row => (row.AmountOf(0), row.AmountOf(1)), token);
                if (SeenRealised.Part(exits) is { } seen) realised.Add(seen);
                var trades = await LedgerRows.OpenTradesAsync(connection, botId, token);
                return new RiskBook([.. orders], trades, await LedgerRows.PositionsAsync(connection, botId, token), last.At, last.Price, [.. realised]);
            },
            cancellationToken);

    public Task<ImmutableArray<decimal>> OtherMarksAsync(string botId, IReadOnlyCollection<string> symbolKeys, DateTimeOffset from, CancellationToken cancellationToken) => database.ExecuteAsync(
        async (connection, token) => (await connection.Statement(
            "SELECT t.bot_id, t.price FROM trade_log t WHERE t.symbol_key = ANY($1) AND t.received_at >= $2 AND t.bot_id <> $3 AND NOT t.history " +
            "AND EXISTS (SELECT FROM checked_orders o WHERE o.bot_id = t.bot_id AND o.order_id = t.order_id) ORDER BY t.received_at DESC LIMIT 200")
            .With(symbolKeys.ToArray()).With(PostgresStatement.Instant(from)).With(botId).ListAsync(row => (Bot: row.GetString(0), Price: row.GetDecimal(1)), token))
            .DistinctBy(t => t.Bot, StringComparer.Ordinal).Take(20).Select(t => t.Price).ToImmutableArray(),
        cancellationToken);

    public Task<long> PurgeAsync(DateTimeOffset olderThan, CancellationToken cancellationToken) => PostgresPurge.RunAsync(database, Purge, olderThan, cancellationToken);

    private static async Task<GrantedOrder?> EndAsync(
        NpgsqlConnection connection, string botId, string orderId, string status, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (await LedgerRows.FindAsync(connection, botId, orderId, cancellationToken) is not { } order) return null;
        var after = order.Ended(status, at);
        if (after == order) return order;
        var batch = new NpgsqlBatch(connection);
        LedgerRows.Update(batch, botId, after);
        await batch.RunAsync(cancellationToken);
        return after;
    }
}
