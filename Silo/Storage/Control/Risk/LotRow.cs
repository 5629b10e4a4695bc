using ControlPlane.Grains.Risk.Seen;
using ControlPlane.Silo.Storage.Seals.Ledger;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control.Risk;

/// <summary>A row of <c>seen_lots</c>.</summary>
internal sealed class LotRow : SealedRow
{
    private const string Content = "symbol, side, units, price, opens, granted_at, seen_at, gone";

    public static readonly ColumnList Columns = new($"order_id, {Content}, {MacColumns}");

    private static readonly ColumnList s_changed = new(Content + ", version, mac");

    public static string Insert { get; } = $"INSERT INTO seen_lots ({Columns.Names}) VALUES ({Columns.Values})";

    public static string Update { get; } = $"UPDATE seen_lots SET {s_changed.Assignments} WHERE bot_id = @BotId AND order_id = @OrderId";

    public override string Table => "seen_lots";
    public override string RowKey => OrderId;
    public string OrderId { get; init; } = "";
    public string Symbol { get; init; } = "";
    public string Side { get; init; } = "";
    public Amount Units { get; init; }
    public Amount Price { get; init; }
    public bool Opens { get; init; }
    public Instant GrantedAt { get; init; }
    public Instant SeenAt { get; init; }

    /// <summary>Its other side was seen: it waits no more.</summary>
    public bool Gone { get; init; }

    public static LotRow Of(string botId, SeenLot lot, bool gone = false) => new()
    {
        BotId = botId,
        OrderId = lot.OrderId,
        Symbol = lot.Symbol,
        Side = TradeColumns.SideName(lot.Side),
        Units = lot.Units,
        Price = lot.Price,
        Opens = lot.Opens,
        GrantedAt = lot.GrantedAt,
        SeenAt = lot.SeenAt,
        Gone = gone,
    };

    public SeenLot Lot() => new(OrderId, Symbol, TradeColumns.Side(Side), Units, Price, Opens, GrantedAt, SeenAt);

    public override void Write(SealContent content) => content
        .Add(Symbol).Add(Side).Add(Units).Add(Price).Add(Opens).Add(GrantedAt).Add(SeenAt).Add(Gone);
}
