using System.Collections.Immutable;
using ControlPlane.Grains.Risk.Seen;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control.Risk;

/// <summary>Rows of <c>seen_lots</c> and <c>seen_closes</c>.</summary>
internal static class SeenRows
{
    private static readonly ColumnList s_lots = new("bot_id, order_id, symbol, side, units, price, opens, granted_at, seen_at");
    private static readonly ColumnList s_closes = new("bot_id, exit_order_id, entry_order_id, units, pnl, currency, at");

    public static async Task<ImmutableArray<SeenLot>> SeenLotsAsync(this SqlSession session, string botId) =>
        [.. (await session.ListAsync<LotRow>($"SELECT {s_lots.Names} FROM seen_lots WHERE bot_id = @BotId", new { BotId = botId })).Select(row => row.Lot())];

    /// <param name="before">The lots of the symbol as they were.</param>
    public static async Task WriteSeenAsync(this SqlSession session, string botId, IReadOnlyCollection<SeenLot> before, SeenBooking booking)
    {
        var changed = booking.Lots.Except(before).ToArray();
        await session.RunAsync(
            $"DELETE FROM seen_lots WHERE bot_id = @BotId AND {session.Sql.In("order_id", "Gone")}",
            new { BotId = botId, Gone = KeyList.Of(before.Except(booking.Lots).Select(lot => lot.OrderId)) });
        await session.RunAllAsync(
            RowSet.Of($"INSERT INTO seen_lots ({s_lots.Names}) VALUES ({s_lots.Values})", changed.Select(lot => LotRow.Of(botId, lot)).ToArray()),
            RowSet.Of($"INSERT INTO seen_closes ({s_closes.Names}) VALUES ({s_closes.Values})", booking.Closes.Select(close => CloseRow.Of(botId, close)).ToArray()));
    }

    private sealed class LotRow
    {
        public string BotId { get; init; } = "";
        public string OrderId { get; init; } = "";
        public string Symbol { get; init; } = "";
        public string Side { get; init; } = "";
        public Amount Units { get; init; }
        public Amount Price { get; init; }
        public bool Opens { get; init; }
        public Instant GrantedAt { get; init; }
        public Instant SeenAt { get; init; }

        public static LotRow Of(string botId, SeenLot lot) => new()
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
        };

        public SeenLot Lot() => new(OrderId, Symbol, TradeColumns.Side(Side), Units, Price, Opens, GrantedAt, SeenAt);
    }

    private sealed class CloseRow
    {
        public string BotId { get; init; } = "";
        public string ExitOrderId { get; init; } = "";
        public string EntryOrderId { get; init; } = "";
        public Amount Units { get; init; }
        public Amount Pnl { get; init; }
        public string? Currency { get; init; }
        public Instant At { get; init; }

        public static CloseRow Of(string botId, SeenClose close) => new()
        {
            BotId = botId,
            ExitOrderId = close.ExitOrderId,
            EntryOrderId = close.EntryOrderId,
            Units = close.Units,
            Pnl = close.Pnl,
            Currency = close.Currency,
            At = close.At,
        };
    }
}
