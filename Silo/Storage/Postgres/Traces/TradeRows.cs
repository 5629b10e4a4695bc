using ControlPlane.Abstractions;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres.Traces;

/// <summary>Rows of <c>trade_log</c>.</summary>
internal static class TradeRows
{
    public const string Columns = "trade_id, symbol, side, quantity, price, pnl, opened_at, closed_at, decision_id, trace_id, order_id";

    public static TradeTrace Trade(NpgsqlDataReader row, int first) => new(
        row.GetString(first),
        row.GetString(first + 1),
        Side(row.GetString(first + 2)),
        row.GetDecimal(first + 3),
        row.GetDecimal(first + 4),
        row.AmountOf(first + 5),
        row.InstantOf(first + 6),
        row.SomeInstantOf(first + 7),
        row.TextOf(first + 8),
        row.TextOf(first + 9),
        row.TextOf(first + 10));

    public static string Word(OrderSide side) => side == OrderSide.Buy ? "buy" : "sell";

    public static OrderSide Side(string word) => word == "buy" ? OrderSide.Buy : OrderSide.Sell;
}
