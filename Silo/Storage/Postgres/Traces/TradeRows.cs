using ControlPlane.Abstractions;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres.Traces;

/// <summary>Rows of <c>trade_log</c>.</summary>
internal static class TradeRows
{
    public static TradeTrace Trade(NpgsqlDataReader row, int first) => new(
        row.GetString(first),
        row.GetString(first + 1),
        TradeWords.Side(row.GetString(first + 2)),
        row.GetDecimal(first + 3),
        row.GetDecimal(first + 4),
        row.AmountOf(first + 5),
        row.InstantOf(first + 6),
        row.SomeInstantOf(first + 7),
        row.TextOf(first + 8),
        row.TextOf(first + 9),
        row.TextOf(first + 10),
        row.TextOf(first + 11),
        row.GetBoolean(first + 12),
        CloseOrderId: row.TextOf(first + 13),
        Multiplier: row.GetDecimal(first + 14),
        Rate: row.AmountOf(first + 15));
}
