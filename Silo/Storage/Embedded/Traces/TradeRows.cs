using ControlPlane.Abstractions;

namespace ControlPlane.Silo.Storage.Embedded.Traces;

/// <summary>Rows of <c>trade_log</c>.</summary>
internal static class TradeRows
{
    public const string Columns = "trade_id, symbol, side, quantity, price, pnl, opened_at, closed_at, decision_id, trace_id, order_id";

    public static TradeTrace Trade(Statement row, int first) => new(
        row.Text(first),
        row.Text(first + 1),
        Side(row.Text(first + 2)),
        row.Decimal(first + 3),
        row.Decimal(first + 4),
        row.NullableDecimal(first + 5),
        row.Instant(first + 6),
        row.NullableInstant(first + 7),
        row.NullableText(first + 8),
        row.NullableText(first + 9),
        row.NullableText(first + 10));

    public static TradeTrace? Find(SqliteSession session, string botId, string tradeId) =>
        session.Prepare($"SELECT {Columns} FROM trade_log WHERE bot_id = ? AND trade_id = ?")
            .With(botId).With(tradeId).ReadAll(row => Trade(row, 0)).FirstOrDefault();

    public static string Word(OrderSide side) => side == OrderSide.Buy ? "buy" : "sell";

    public static OrderSide Side(string word) => word == "buy" ? OrderSide.Buy : OrderSide.Sell;
}
