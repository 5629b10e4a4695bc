using System.Collections.Immutable;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Ledger;
using ControlPlane.Silo.Storage.Embedded.Traces;

namespace ControlPlane.Silo.Storage.Embedded.Risk;

/// <summary>Rows of <c>checked_orders</c>, <c>position_ledger</c> and, as the ledger needs them, <c>trade_log</c>.</summary>
internal static class LedgerRows
{
    public static GrantedOrder Order(Statement row) => Order(row, 0);

    public static GrantedOrder Order(Statement row, int first) => new(
        row.Text(first),
        row.Text(first + 1),
        TradeWords.Side(row.Text(first + 2)),
        row.Decimal(first + 3),
        row.NullableDecimal(first + 4),
        OrderColumns.Intent(row.Text(first + 5)),
        row.Int64(first + 6),
        row.Instant(first + 7),
        row.Text(first + 8),
        row.Decimal(first + 9),
        row.NullableText(first + 10))
    {
        ClientOrderId = row.NullableText(first + 11),
        Multiplier = row.Decimal(first + 12),
        OcoGroup = row.NullableText(first + 13),
        RenewedAt = row.NullableInstant(first + 14),
        EndedAt = row.NullableInstant(first + 15),
        Passage = Passage(row, first + 16),
    };

    private static OrderPassage? Passage(Statement row, int first) => row.IsNull(first + 5)
        ? null
        : new(row.Text(first), row.NullableText(first + 1), row.Text(first + 2), row.Text(first + 3), row.Text(first + 4))
        {
            State = row.Text(first + 5),
            ProviderOrderId = row.NullableText(first + 6),
            SentAt = row.NullableInstant(first + 7),
            AnsweredAt = row.NullableInstant(first + 8),
            Lookups = row.Int32(first + 9),
            DueAt = row.NullableInstant(first + 10),
            Seen = row.Decimal(first + 11),
            SeenPrice = row.NullableDecimal(first + 12),
            SeenAt = row.NullableInstant(first + 13),
            Matched = row.Decimal(first + 14),
            SeenPnl = row.NullableDecimal(first + 15),
        };

    /// <summary>Binds the columns of <see cref="OrderColumns.PassageColumns"/>.</summary>
    public static Statement WithPassage(this Statement statement, OrderPassage? passage) => statement
        .With(passage?.Provider).With(passage?.Environment).With(passage?.Operation).With(passage?.RequestHash).With(passage?.Route).With(passage?.State)
        .With(passage?.ProviderOrderId).With(Micros(passage?.SentAt)).With(Micros(passage?.AnsweredAt)).With(passage?.Lookups ?? 0L).With(Micros(passage?.DueAt))
        .WithDecimal(passage?.Seen ?? 0).WithDecimal(passage?.SeenPrice).With(Micros(passage?.SeenAt)).WithDecimal(passage?.Matched ?? 0).WithDecimal(passage?.SeenPnl);

    public static LedgerTrade Trade(Statement row) => new(
        row.Text(0),
        row.Text(1),
        TradeWords.Side(row.Text(2)),
        row.Decimal(3),
        row.Decimal(4),
        row.Decimal(5),
        row.Instant(6),
        row.NullableInstant(7),
        row.NullableText(8),
        row.NullableText(9));

    public static PositionEntry Position(Statement row) => new(row.Text(0))
    {
        Offset = row.Decimal(1),
        OffsetAt = row.NullableInstant(2),
        Reported = row.NullableDecimal(3),
        AsOf = row.NullableInstant(4),
        Drift = row.Decimal(5),
        Peak = row.Decimal(6),
        Aside = row.Decimal(7),
        OffsetTold = row.NullableInstant(8),
        AsOfTold = row.NullableInstant(9),
    };

    public static GrantedOrder? Find(SqliteSession session, string botId, string orderId) =>
        session.Prepare($"SELECT {OrderColumns.Columns} FROM checked_orders WHERE bot_id = ? AND order_id = ?").With(botId).With(orderId).ReadAll(Order).FirstOrDefault();

    /// <summary>Writes what may change of an order.</summary>
    public static void Update(SqliteSession session, string botId, GrantedOrder order) =>
        session.Prepare(
            $"UPDATE checked_orders SET status = ?, filled = ?, settled = ?, renewed_at = ?, ended_at = ?, client_order_id = ?, quantity = ?, price = ?, ({OrderColumns.PassageColumns}) = " +
            $"({string.Join(", ", Enumerable.Repeat("?", 16))}) WHERE bot_id = ? AND order_id = ?")
            .With(order.Status).WithDecimal(order.Filled).With(order.IsSettled ? 1 : 0).With(Micros(order.RenewedAt)).With(Micros(order.EndedAt))
            .With(order.ClientOrderId).WithDecimal(order.Quantity).WithDecimal(order.Price).WithPassage(order.Passage).With(botId).With(order.OrderId).Run();

    /// <summary>Exits whose fills the gateway saw: what it reckons, and what trades tell that they closed. Decimals are added up here, as the database would
    /// round them.</summary>
    public static IEnumerable<(decimal? Seen, decimal? Told)> SeenExits(SqliteSession session, string botId, DateTimeOffset day) =>
    [
        .. session.Prepare("SELECT order_id, seen_pnl FROM checked_orders WHERE bot_id = ? AND seen_at >= ? AND (seen_pnl IS NOT NULL OR (intent = 'reduce' AND matched <> '0'))")
            .With(botId).With(UnixMicroseconds.From(day)).ReadAll(row => (Id: row.Text(0), Seen: row.NullableDecimal(1)))
            .Select(exit => (exit.Seen, Sum(session.Prepare("SELECT pnl FROM trade_log WHERE bot_id = ? AND close_order_id = ? AND pnl IS NOT NULL").With(botId).With(exit.Id).ReadAll(row => row.Decimal(0))))),
    ];

    private static decimal? Sum(ImmutableArray<decimal> told) => told.IsEmpty ? null : told.Sum();

    public static ImmutableArray<PositionEntry> Positions(SqliteSession session, string botId) =>
        session.Prepare($"SELECT {OrderColumns.PositionColumns} FROM position_ledger WHERE bot_id = ?").With(botId).ReadAll(Position);

    /// <summary>Replaces the rows that the entry merges.</summary>
    public static void Write(SqliteSession session, string botId, PositionEntry entry, IEnumerable<string> merged)
    {
        foreach (var symbol in merged)
        {
            session.Prepare("DELETE FROM position_ledger WHERE bot_id = ? AND symbol = ?").With(botId).With(symbol).Run();
        }

        session.Prepare($"INSERT OR REPLACE INTO position_ledger ({OrderColumns.PositionColumns}, bot_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .With(entry.Symbol).WithDecimal(entry.Offset).With(Micros(entry.OffsetAt)).WithDecimal(entry.Reported).With(Micros(entry.AsOf))
            .WithDecimal(entry.Drift).WithDecimal(entry.Peak).WithDecimal(entry.Aside)
            .With(Micros(entry.OffsetTold)).With(Micros(entry.AsOfTold)).With(botId).Run();
    }

    public static ImmutableArray<LedgerTrade> OpenTrades(SqliteSession session, string botId) =>
        session.Prepare($"SELECT {OrderColumns.LedgerTradeColumns} FROM trade_log WHERE bot_id = ? AND closed_at IS NULL").With(botId).ReadAll(Trade);

    public static ImmutableArray<LedgerTrade> TradesSince(SqliteSession session, string botId, DateTimeOffset closedAfter) =>
        session.Prepare($"SELECT {OrderColumns.LedgerTradeColumns} FROM trade_log WHERE bot_id = ? AND (closed_at IS NULL OR closed_at > ?)")
            .With(botId).With(UnixMicroseconds.From(closedAfter)).ReadAll(Trade);

    public static ImmutableArray<LedgerTrade> TradesOf(SqliteSession session, string botId, string orderId) =>
        session.Prepare(
            $"SELECT {OrderColumns.LedgerTradeColumns} FROM trade_log WHERE bot_id = ? AND order_id = ? " +
            $"UNION SELECT {OrderColumns.LedgerTradeColumns} FROM trade_log WHERE bot_id = ? AND close_order_id = ?")
            .With(botId).With(orderId).With(botId).With(orderId).ReadAll(Trade);

    private static long? Micros(DateTimeOffset? at) => at is { } some ? UnixMicroseconds.From(some) : null;
}
