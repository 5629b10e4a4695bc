using System.Collections.Immutable;
using ControlPlane.Silo.Storage.Control.Risk;
using ControlPlane.Silo.Storage.Control.Traces;
using ControlPlane.Silo.Storage.Sql;
using OrderRow = ControlPlane.Silo.Storage.Control.Risk.OrderRow;
using TradeRow = ControlPlane.Silo.Storage.Control.Traces.TradeRow;

namespace ControlPlane.Silo.Storage.Seals.Ledger;

/// <summary>A table whose rows are under MACs.</summary>
/// <param name="Key">The column that tells the rows of a bot apart.</param>
/// <param name="Read">All columns that the MAC covers, the MAC, and its version.</param>
internal sealed record SealedTable(string Name, string Key, ColumnList Read, Type Row)
{
    public static ImmutableArray<SealedTable> All { get; } =
    [
        new("checked_orders", "order_id", OrderRow.Columns, typeof(OrderRow)),
        new("trade_log", "trade_id", TradeRow.All, typeof(TradeRow)),
        new("position_ledger", "symbol", PositionRow.Columns, typeof(PositionRow)),
        new("seen_lots", "order_id", LotRow.Columns, typeof(LotRow)),
        new("seen_closes", "close_id", CloseRow.Columns, typeof(CloseRow)),
    ];

    public string Select(string condition) => $"SELECT {Read.Names} FROM {Name} WHERE {condition}";

    /// <summary>Signs a row as it is, unless somebody changed it meanwhile.</summary>
    public string SignAgain => $"UPDATE {Name} SET version = @Version, mac = @Mac WHERE bot_id = @BotId AND {Key} = @RowKey AND version = @Version - 1";
}
