using ControlPlane.Abstractions;

namespace ControlPlane.Silo.Storage.Embedded.Traces;

/// <summary>Rows of <c>trade_log</c>.</summary>
internal static class TradeRows
{
    public static TradeTrace Trade(Statement row, int first) => new(
        row.Text(first),
        row.Text(first + 1),
        TradeWords.Side(row.Text(first + 2)),
        row.Decimal(first + 3),
        row.Decimal(first + 4),
        row.NullableDecimal(first + 5),
        row.Instant(first + 6),
        row.NullableInstant(first + 7),
        row.NullableText(first + 8),
        row.NullableText(first + 9),
        row.NullableText(first + 10),
        row.NullableText(first + 11),
        row.Int64(first + 12) != 0,
        CloseOrderId: row.NullableText(first + 13),
        Multiplier: row.Decimal(first + 14),
        Rate: row.NullableDecimal(first + 15));

    public static TradeTrace? Find(SqliteSession session, string botId, string tradeId) =>
        session.Prepare($"SELECT {TradeWords.Columns} FROM trade_log WHERE bot_id = ? AND trade_id = ?")
            .With(botId).With(tradeId).ReadAll(row => Trade(row, 0)).FirstOrDefault();
}
