using System.Collections.Immutable;
using ControlPlane.Grains.Risk.Losses;
using ControlPlane.Grains.Risk.Seen;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control.Traces;

/// <summary>What fills realised that the gateway saw, joined with the trades that bots tell of them.</summary>
internal static class SeenRealised
{
    /// <summary>Of a row of <c>trade_log</c>: it names an order whose fills the gateway saw.</summary>
    public const string Named =
        "EXISTS (SELECT 1 FROM checked_orders o WHERE o.bot_id = trade_log.bot_id AND o.order_id IN (trade_log.close_order_id, trade_log.order_id) AND o.seen <> '0')";

    private const string Trade = "SELECT bot_id, order_id, close_order_id, closed_at, quantity, pnl, currency, rate, realised_at FROM trade_log WHERE ";

    private const string Close = "SELECT c.bot_id, c.exit_order_id, c.entry_order_id, c.units, c.pnl, c.currency, c.at FROM seen_closes c ";

    /// <param name="botId">Null for all bots.</param>
    public static async Task<Dictionary<string, ImmutableArray<RealisedPart>>> ReadAsync(SqlSession session, Currencies currencies, string? botId, DateTimeOffset from)
    {
        var unknown = await UnknownAsync(session, botId, from);
        var bot = botId is null ? "" : "bot_id = @BotId AND ";
        var parameters = new { BotId = botId, From = (Instant)from, Unknown = KeyList.Of(unknown.Select(u => u.ExitOrderId)) };
        var trades = await session.ListAsync<TradeRow>(
            $"{Trade}{bot}realised_at >= @From AND {Named} UNION ALL {Trade}{bot}(realised_at < @From OR realised_at IS NULL) AND {session.Sql.In("close_order_id", "Unknown")}", parameters);

        // An order of which a trade tells is needed whole, whenever it was filled.
        var orders = new { BotId = botId, From = (Instant)from, Orders = KeyList.Of(trades.SelectMany(t => new[] { t.CloseOrderId, t.OrderId }).OfType<string>().Distinct(StringComparer.Ordinal)) };
        var of = botId is null ? "" : "c.bot_id = @BotId AND ";
        var closes = await session.ListAsync<CloseRow>(
            $"{Close}WHERE {of}c.at >= @From UNION ALL {Close}WHERE {of}c.at < @From AND ({session.Sql.In("c.exit_order_id", "Orders")} OR {session.Sql.In("c.entry_order_id", "Orders")}) " +
            $"UNION ALL SELECT o.bot_id, o.order_id, '', o.matched, o.seen_pnl, NULL, o.seen_at FROM checked_orders o WHERE {of.Replace("c.", "o.", StringComparison.Ordinal)}o.seen_at >= @From AND o.seen_pnl IS NOT NULL AND o.booked IS NULL",
            orders);
        return closes.Select(c => c.BotId).Concat(unknown.Select(u => u.BotId)).Concat(trades.Select(t => t.BotId)).Distinct(StringComparer.Ordinal).ToDictionary(
            id => id,
            id => new SeenLosses(
                [.. closes.Where(c => c.BotId == id).Select(c => new SeenClose(c.ExitOrderId, c.EntryOrderId, c.Units, c.Pnl, c.Currency, c.At))],
                [.. unknown.Where(u => u.BotId == id).Select(u => new SeenUnknown(u.ExitOrderId, u.Units))],
                [.. trades.Where(t => t.BotId == id).Select(t => t.Trade(from))],
                from,
                currencies).Parts().ToImmutableArray(),
            StringComparer.Ordinal);
    }

    /// <summary>Exits whose price, or whose entry, is not known.</summary>
    private static async Task<ImmutableArray<UnknownRow>> UnknownAsync(SqlSession session, string? botId, DateTimeOffset from)
    {
        var bot = botId is null ? "" : "bot_id = @BotId AND ";
        const string Orders = "SELECT bot_id, order_id AS exit_order_id, seen, booked FROM checked_orders WHERE ";
        var rows = await session.ListAsync<UnknownRow>(
            $"SELECT bot_id, order_id AS exit_order_id, units AS seen, NULL AS booked FROM seen_lots WHERE {bot}opens = {session.Sql.False} AND gone = {session.Sql.False} AND seen_at >= @From " +
            $"UNION ALL {Orders}{bot}seen_at >= @From AND intent = 'reduce' AND seen <> booked " +
            $"UNION ALL {Orders}{bot}seen_at >= @From AND intent = 'reduce' AND matched <> '0' AND seen_pnl IS NULL AND booked IS NULL",
            new { BotId = botId, From = (Instant)from });

        // SQLite compares texts: 1 and 1.0 differ there.
        return [.. rows.Where(row => row.Units > 0)];
    }

    private sealed class UnknownRow
    {
        public string BotId { get; init; } = "";
        public string ExitOrderId { get; init; } = "";
        public Amount Seen { get; init; }
        public Amount? Booked { get; init; }

        public decimal Units => Seen.Value - (Booked?.Value ?? 0);
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
    }

    private sealed class TradeRow
    {
        public string BotId { get; init; } = "";
        public string? OrderId { get; init; }
        public string? CloseOrderId { get; init; }
        public Instant? ClosedAt { get; init; }
        public Amount Quantity { get; init; }
        public Amount? Pnl { get; init; }
        public string? Currency { get; init; }
        public Amount? Rate { get; init; }
        public Instant? RealisedAt { get; init; }

        public SeenTrade Trade(DateTimeOffset from) => new(
            OrderId, CloseOrderId, ClosedAt is not null, Quantity, (decimal?)Pnl, Currency, (decimal?)Rate, RealisedAt is { } at && (DateTimeOffset)at >= from);
    }
}
