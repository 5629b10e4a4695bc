using System.Collections.Immutable;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Losses;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres.Traces;

/// <summary>What bots have been doing, from PostgreSQL.</summary>
internal sealed class PostgresBotActivityStore(PostgresDatabase database) : IBotActivityStore
{
    private const string Columns =
        "a.bot_id, a.last_decision_at, a.last_cycle_at, a.cycles, a.last_signal, a.last_signal_at, a.gaps, a.gap_p95, COALESCE(t.trades, 0), p.currencies, p.pnls, p.unknown";

    private static string Realised(string ofBot) =>
        "(SELECT bot_id, array_agg(COALESCE(currency, '')) AS currencies, array_agg(pnl) AS pnls, array_agg(missing) AS unknown FROM (" +
        "SELECT bot_id, " + RealisedColumns.Currency + " AS currency, COALESCE(SUM(pnl * COALESCE(rate, 1)), 0) AS pnl, COUNT(*) FILTER (WHERE pnl IS NULL) AS missing FROM trade_log WHERE realised_at >= $1 " + ofBot +
        "GROUP BY bot_id, 2 ORDER BY bot_id, 2 NULLS FIRST) r GROUP BY bot_id)";

    private static readonly string s_one =
        $"SELECT {Columns} FROM bot_activity a " +
        "LEFT JOIN (SELECT bot_id, COUNT(*) AS trades FROM trade_log WHERE bot_id = $2 AND opened_at >= $1 GROUP BY bot_id) t USING (bot_id) " +
        $"LEFT JOIN {Realised("AND bot_id = $2 ")} p USING (bot_id) WHERE a.bot_id = $2";

    private static readonly string s_all =
        $"SELECT {Columns} FROM bot_activity a " +
        "LEFT JOIN (SELECT bot_id, COUNT(*) AS trades FROM trade_log WHERE opened_at >= $1 GROUP BY bot_id) t USING (bot_id) " +
        $"LEFT JOIN {Realised("")} p USING (bot_id)";

    public Task<BotActivity?> ReadAsync(string botId, DateTimeOffset from, CancellationToken cancellationToken) => database.ExecuteAsync(
        async (connection, token) => (await connection.Statement(s_one).With(PostgresStatement.Instant(from)).With(botId).ListAsync(Activity, token)).FirstOrDefault(),
        cancellationToken);

    public Task<ImmutableDictionary<string, BotActivity>> ReadAllAsync(DateTimeOffset from, CancellationToken cancellationToken) => database.ExecuteAsync(
        async (connection, token) => (await connection.Statement(s_all)
            .With(PostgresStatement.Instant(from)).ListAsync(row => KeyValuePair.Create(row.GetString(0), Activity(row)), token))
            .ToImmutableDictionary(StringComparer.Ordinal),
        cancellationToken);

    private static BotActivity Activity(NpgsqlDataReader row)
    {
        var cycles = row.GetInt64(3);
        return new(
            row.SomeInstantOf(1),
            row.GetInt64(8),
            Parts(row),
            row.SomeInstantOf(2),
            cycles,
            cycles - (row.WholeOf(4) ?? 0),
            row.SomeInstantOf(5),
            row.GetInt32(6),
            row.WholeOf(7));
    }

    private static ImmutableArray<RealisedPart> Parts(NpgsqlDataReader row)
    {
        if (row.IsDBNull(9)) return [];
        var (currencies, pnls, unknown) = (row.GetFieldValue<string[]>(9), row.GetFieldValue<decimal[]>(10), row.GetFieldValue<long[]>(11));
        return [.. currencies.Select((c, i) => new RealisedPart(c.Length == 0 ? null : c, pnls[i], unknown[i]))];
    }
}
