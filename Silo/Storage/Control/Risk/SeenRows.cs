using System.Collections.Immutable;
using ControlPlane.Grains.Risk.Seen;
using ControlPlane.Silo.Storage.Seals.Ledger;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control.Risk;

/// <summary>Rows of <c>seen_lots</c> and <c>seen_closes</c>.</summary>
internal static class SeenRows
{
    private static readonly string s_lots = $"SELECT {LotRow.Columns.Names} FROM seen_lots WHERE bot_id = @BotId AND ";

    public static async Task<ImmutableArray<SeenLot>> SeenLotsAsync(this SqlSession session, string botId) =>
        [.. (await session.SealedAsync<LotRow>($"{s_lots}gone = {session.Sql.False}", new { BotId = botId })).Select(row => row.Lot())];

    /// <param name="before">The lots of the symbol as they were, which this session has read.</param>
    public static async Task WriteSeenAsync(this SqlSession session, string botId, IReadOnlyCollection<SeenLot> before, SeenBooking booking)
    {
        var changed = booking.Lots.Except(before).Select(lot => LotRow.Of(botId, lot)).ToArray();
        var left = before.Except(booking.Lots).Select(lot => LotRow.Of(botId, lot, gone: true)).Where(lot => changed.All(c => c.OrderId != lot.OrderId));

        // A lot that went may come again, when more of its order is filled.
        var unread = changed.Where(lot => !session.Knows(lot)).Select(lot => lot.OrderId).ToArray();
        if (unread.Length > 0) await session.SealedAsync<LotRow>(s_lots + session.Sql.In("order_id", "Ids"), new { BotId = botId, Ids = KeyList.Of(unread) });
        var known = changed.ToLookup(row => session.Knows(row));
        await session.RunAllAsync(
            RowSet.Of(LotRow.Update, known[true].Concat(left).Select(row => session.Next(row)).OfType<LotRow>().ToArray()),
            RowSet.Of(LotRow.Insert, known[false].Select(row => session.First(row)).ToArray()),
            RowSet.Of(CloseRow.Insert, booking.Closes.Select(close => session.First(CloseRow.Of(botId, close))).ToArray()));
    }
}
