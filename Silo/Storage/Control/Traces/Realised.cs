using System.Collections.Immutable;
using ControlPlane.Grains.Risk.Losses;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control.Traces;

/// <summary>Realised trades by bot and currency, in exact decimals: SQLite would sum in binary fractions, so that its trades are summed here. PostgreSQL sums
/// by itself, and a busy day costs one row a currency.</summary>
internal static class Realised
{
    /// <summary>Trades, and what the gateway reckons of the fills that it saw: of the same fills the two are joined, never added.</summary>
    /// <param name="botId">Null for all bots.</param>
    public static async Task<Dictionary<string, ImmutableArray<RealisedPart>>> ReadAsync(SqlSession session, Currencies currencies, string? botId, DateTimeOffset from)
    {
        var parameters = new { BotId = botId, From = (Instant)from };
        var condition = $"{(botId is null ? "1 = 1" : "bot_id = @BotId")} AND realised_at >= @From AND NOT {SeenRealised.Named}";
        var rows = await session.ListAsync<Row>(
            session.Sql.IsSqlite
                ? $"SELECT bot_id, currency, pnl, rate, pnl IS NULL AS unknown FROM trade_log WHERE {condition}"
                : $"SELECT bot_id, CASE WHEN rate IS NULL THEN currency ELSE '{RealisedPart.OfSums}' END AS currency, SUM(pnl * COALESCE(rate, 1)) AS pnl, " +
                  $"NULL::numeric AS rate, COUNT(*) FILTER (WHERE pnl IS NULL) AS unknown FROM trade_log WHERE {condition} GROUP BY 1, 2",
            parameters);
        var realised = rows.GroupBy(row => row.BotId, StringComparer.Ordinal).ToDictionary(bot => bot.Key, Parts, StringComparer.Ordinal);
        foreach (var (bot, seen) in await SeenRealised.ReadAsync(session, currencies, botId, from)) realised[bot] = [.. realised.GetValueOrDefault(bot, []), .. seen];
        return realised;
    }

    private static ImmutableArray<RealisedPart> Parts(IEnumerable<Row> rows) =>
    [
        .. rows.GroupBy(row => row.Rate is null ? row.Currency : RealisedPart.OfSums, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new RealisedPart(g.Key, g.Sum(row => (row.Pnl ?? 0) * (decimal)(row.Rate ?? 1)), g.Sum(row => row.Unknown))),
    ];

    private sealed class Row
    {
        public string BotId { get; init; } = "";
        public string? Currency { get; init; }
        public Amount? Pnl { get; init; }
        public Amount? Rate { get; init; }
        public long Unknown { get; init; }
    }
}
