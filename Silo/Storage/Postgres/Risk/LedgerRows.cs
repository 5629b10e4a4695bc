using System.Collections.Immutable;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Ledger;
using ControlPlane.Silo.Storage.Postgres.Traces;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres.Risk;

/// <summary>Rows of <c>checked_orders</c>, <c>position_ledger</c> and, as the ledger needs them, <c>trade_log</c>.</summary>
internal static class LedgerRows
{
    public static GrantedOrder Order(NpgsqlDataReader row) => Order(row, 0);

    public static GrantedOrder Order(NpgsqlDataReader row, int first) => new(
        row.GetString(first),
        row.GetString(first + 1),
        TradeWords.Side(row.GetString(first + 2)),
        row.GetDecimal(first + 3),
        row.AmountOf(first + 4),
        OrderColumns.Intent(row.GetString(first + 5)),
        row.GetInt64(first + 6),
        row.InstantOf(first + 7),
        row.GetString(first + 8),
        row.GetDecimal(first + 9),
        row.TextOf(first + 10))
    {
        ClientOrderId = row.TextOf(first + 11),
        Multiplier = row.GetDecimal(first + 12),
        OcoGroup = row.TextOf(first + 13),
        RenewedAt = row.SomeInstantOf(first + 14),
        EndedAt = row.SomeInstantOf(first + 15),
        Passage = Passage(row, first + 16),
    };

    /// <summary>Parameters one after the other.</summary>
    public static string Places(int first, int count) => string.Join(", ", Enumerable.Range(first, count).Select(number => $"${number}"));

    private static OrderPassage? Passage(NpgsqlDataReader row, int first) => row.IsDBNull(first + 5)
        ? null
        : new(row.GetString(first), row.TextOf(first + 1), row.GetString(first + 2), row.GetString(first + 3), row.GetString(first + 4))
        {
            State = row.GetString(first + 5),
            ProviderOrderId = row.TextOf(first + 6),
            SentAt = row.SomeInstantOf(first + 7),
            AnsweredAt = row.SomeInstantOf(first + 8),
            Lookups = row.GetInt32(first + 9),
            DueAt = row.SomeInstantOf(first + 10),
            Seen = row.GetDecimal(first + 11),
            SeenPrice = row.AmountOf(first + 12),
            SeenAt = row.SomeInstantOf(first + 13),
            Matched = row.GetDecimal(first + 14),
            SeenPnl = row.AmountOf(first + 15),
        };

    /// <summary>Binds the columns of <see cref="OrderColumns.PassageColumns"/>.</summary>
    public static NpgsqlBatchCommand WithPassage(this NpgsqlBatchCommand command, OrderPassage? passage) => command
        .With(passage?.Provider).With(passage?.Environment).With(passage?.Operation).With(passage?.RequestHash).With(passage?.Route).With(passage?.State)
        .With(passage?.ProviderOrderId).WithSome(passage?.SentAt).WithSome(passage?.AnsweredAt).With(passage?.Lookups ?? 0).WithSome(passage?.DueAt)
        .With(passage?.Seen ?? 0m).WithSome(passage?.SeenPrice).WithSome(passage?.SeenAt).With(passage?.Matched ?? 0m).WithSome(passage?.SeenPnl);

    public static async Task<GrantedOrder?> FindAsync(NpgsqlConnection connection, string botId, string orderId, CancellationToken cancellationToken) =>
        (await connection.Statement($"SELECT {OrderColumns.Columns} FROM checked_orders WHERE bot_id = $1 AND order_id = $2").With(botId).With(orderId)
            .ListAsync(Order, cancellationToken)).FirstOrDefault();

    /// <summary>Writes what may change of an order.</summary>
    public static void Update(NpgsqlBatch batch, string botId, GrantedOrder order) =>
        batch.Add(
            $"UPDATE checked_orders SET status = $1, filled = $2, settled = $3, renewed_at = $4, ended_at = $5, client_order_id = $6, quantity = $7, price = $8, ({OrderColumns.PassageColumns}) = " +
            $"({Places(9, 16)}) WHERE bot_id = $25 AND order_id = $26")
            .With(order.Status).With(order.Filled).With(order.IsSettled).WithSome(order.RenewedAt).WithSome(order.EndedAt).With(order.ClientOrderId)
            .With(order.Quantity).WithSome(order.Price).WithPassage(order.Passage).With(botId).With(order.OrderId);

    public static async Task<ImmutableArray<PositionEntry>> PositionsAsync(NpgsqlConnection connection, string botId, CancellationToken cancellationToken) =>
        [.. await connection.Statement($"SELECT {OrderColumns.PositionColumns} FROM position_ledger WHERE bot_id = $1").With(botId).ListAsync(Position, cancellationToken)];

    /// <summary>Replaces the rows that the entry merges.</summary>
    public static void Write(NpgsqlBatch batch, string botId, PositionEntry entry, IEnumerable<string> merged)
    {
        batch.Add("DELETE FROM position_ledger WHERE bot_id = $1 AND symbol = ANY ($2)").With(botId).With(merged.Append(entry.Symbol).ToArray());
        batch.Add($"INSERT INTO position_ledger ({OrderColumns.PositionColumns}, bot_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)")
            .With(entry.Symbol).With(entry.Offset).WithSome(entry.OffsetAt).WithSome(entry.Reported).WithSome(entry.AsOf)
            .With(entry.Drift).With(entry.Peak).With(entry.Aside)
            .WithSome(entry.OffsetTold).WithSome(entry.AsOfTold).With(botId);
    }

    public static async Task<ImmutableArray<LedgerTrade>> OpenTradesAsync(NpgsqlConnection connection, string botId, CancellationToken cancellationToken) =>
    [
        .. await connection.Statement($"SELECT {OrderColumns.LedgerTradeColumns} FROM trade_log WHERE bot_id = $1 AND closed_at IS NULL").With(botId)
            .ListAsync(Trade, cancellationToken),
    ];

    public static async Task<ImmutableArray<LedgerTrade>> TradesSinceAsync(NpgsqlConnection connection, string botId, DateTimeOffset closedAfter, CancellationToken cancellationToken) =>
    [
        .. await connection.Statement($"SELECT {OrderColumns.LedgerTradeColumns} FROM trade_log WHERE bot_id = $1 AND (closed_at IS NULL OR closed_at > $2)")
            .With(botId).With(PostgresStatement.Instant(closedAfter)).ListAsync(Trade, cancellationToken),
    ];

    public static Task<List<LedgerTrade>> TradesOfAsync(NpgsqlConnection connection, string botId, string orderId, CancellationToken cancellationToken) =>
        connection.Statement(
            $"SELECT {OrderColumns.LedgerTradeColumns} FROM trade_log WHERE bot_id = $1 AND order_id = $2 " +
            $"UNION SELECT {OrderColumns.LedgerTradeColumns} FROM trade_log WHERE bot_id = $1 AND close_order_id = $2")
            .With(botId).With(orderId).ListAsync(Trade, cancellationToken);

    private static LedgerTrade Trade(NpgsqlDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        TradeWords.Side(row.GetString(2)),
        row.GetDecimal(3),
        row.GetDecimal(4),
        row.GetDecimal(5),
        row.InstantOf(6),
        row.SomeInstantOf(7),
        row.TextOf(8),
        row.TextOf(9));

    private static PositionEntry Position(NpgsqlDataReader row) => new(row.GetString(0))
    {
        Offset = row.GetDecimal(1),
        OffsetAt = row.SomeInstantOf(2),
        Reported = row.AmountOf(3),
        AsOf = row.SomeInstantOf(4),
        Drift = row.GetDecimal(5),
        Peak = row.GetDecimal(6),
        Aside = row.GetDecimal(7),
        OffsetTold = row.SomeInstantOf(8),
        AsOfTold = row.SomeInstantOf(9),
    };
}
