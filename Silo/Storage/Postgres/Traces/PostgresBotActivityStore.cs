using System.Collections.Immutable;
using ControlPlane.Grains.Bots.Traces;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres.Traces;

/// <summary>What bots have been doing, from PostgreSQL.</summary>
internal sealed class PostgresBotActivityStore(PostgresDatabase database) : IBotActivityStore
{
    private const string Columns =
        "a.bot_id, a.last_decision_at, a.last_cycle_at, a.cycles, a.last_signal, a.last_signal_at, a.gaps, a.gap_p95, COALESCE(t.trades, 0), p.pnl";

    public Task<BotActivity?> ReadAsync(string botId, DateTimeOffset from, CancellationToken cancellationToken) => database.ExecuteAsync(
        async (connection, token) => (await connection.Statement(
            $"SELECT {Columns} FROM bot_activity a " +
            "LEFT JOIN (SELECT bot_id, COUNT(*) AS trades FROM trade_log WHERE bot_id = $1 AND opened_at >= $2 GROUP BY bot_id) t USING (bot_id) " +
            "LEFT JOIN (SELECT bot_id, SUM(pnl) AS pnl FROM trade_log WHERE bot_id = $1 AND realised_at >= $2 GROUP BY bot_id) p USING (bot_id) WHERE a.bot_id = $1")
            .With(botId).With(PostgresStatement.Instant(from)).ListAsync(Activity, token)).FirstOrDefault(),
        cancellationToken);

    public Task<ImmutableDictionary<string, BotActivity>> ReadAllAsync(DateTimeOffset from, CancellationToken cancellationToken) => database.ExecuteAsync(
        async (connection, token) => (await connection.Statement(
            $"SELECT {Columns} FROM bot_activity a " +
            "LEFT JOIN (SELECT bot_id, COUNT(*) AS trades FROM trade_log WHERE opened_at >= $1 GROUP BY bot_id) t USING (bot_id) " +
            "LEFT JOIN (SELECT bot_id, SUM(pnl) AS pnl FROM trade_log WHERE realised_at >= $1 GROUP BY bot_id) p USING (bot_id)")
            .With(PostgresStatement.Instant(from)).ListAsync(row => KeyValuePair.Create(row.GetString(0), Activity(row)), token))
            .ToImmutableDictionary(StringComparer.Ordinal),
        cancellationToken);

    private static BotActivity Activity(NpgsqlDataReader row)
    {
        var cycles = row.GetInt64(3);
        return new(
            row.SomeInstantOf(1),
            row.GetInt64(8),
            row.AmountOf(9),
            row.SomeInstantOf(2),
            cycles,
            cycles - (row.WholeOf(4) ?? 0),
            row.SomeInstantOf(5),
            row.GetInt32(6),
            row.WholeOf(7));
    }
}
