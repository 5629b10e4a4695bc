using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Grains.Bots.Traces;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres.Traces;

/// <summary>No-trades in PostgreSQL.</summary>
internal sealed class PostgresNoTradeStore(PostgresDatabase database) : INoTradeStore
{
    private const string Columns = "id, last_at, no_trade_id, symbol, count, first_at, trace_id";

    public Task<ImmutableArray<TraceWrite>> AppendAsync(string botId, IReadOnlyList<NoTradeTrace> noTrades, CancellationToken cancellationToken) =>
        BotTransaction.RunAsync(database, botId, (connection, token) => NoTradeAppendCommand.RunAsync(connection, botId, noTrades, token), cancellationToken);

    public Task<Page<RecordedNoTrade>> PageAsync(string botId, string? code, int limit, string? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var cursor = PageCursor.Parse(PagedList.NoTrades, before);
        return database.ReadAtOnceAsync(
            async (connection, token) =>
            {
                var page = await connection.Statement(
                    $"SELECT {Columns} FROM no_trade_traces n WHERE bot_id = $1 AND (last_at, id) < ($2, $3) " +
                    "AND ($4::text IS NULL OR EXISTS (SELECT 1 FROM no_trade_reasons WHERE no_trade = n.id AND code = $4)) ORDER BY last_at DESC, id DESC LIMIT $5")
                    .With(botId).With(PostgresStatement.Instant(cursor.Time)).With(cursor.Row).With(code).With(limit + 1L)
                    .PageAsync(PagedList.NoTrades, limit, row => (Id: row.GetInt64(0), NoTrade: NoTrade(row)), row => new(row.MicrosecondsOf(1), row.GetInt64(0)), token);
                var reasons = (await connection.Statement(
                    "SELECT no_trade, code, rule, threshold, actual, detail FROM no_trade_reasons WHERE no_trade = ANY ($1) ORDER BY no_trade, place")
                    .With(page.Items.Select(i => i.Id).ToArray())
                    .ListAsync(
                        row => (Id: row.GetInt64(0), Reason: new NoTradeReason(row.GetString(1), row.TextOf(2), row.AmountOf(3), row.AmountOf(4), row.TextOf(5))),
                        token)).ToLookup(r => r.Id, r => r.Reason);
                return new Page<RecordedNoTrade>([.. page.Items.Select(i => i.NoTrade with { Reasons = [.. reasons[i.Id]] })], page.Next);
            },
            cancellationToken);
    }

    public Task<ImmutableArray<NoTradeReasonCount>> CountReasonsAsync(string botId, DateTimeOffset from, CancellationToken cancellationToken) =>
        database.ExecuteAsync(
            async (connection, token) => (await connection.Statement(
                "SELECT code, SUM(times)::bigint, MAX(last_at) FROM (SELECT DISTINCT f.no_trade, r.code, f.times, f.last_at FROM " +
                "(SELECT no_trade, COUNT(*) AS times, MAX(occurred_at) AS last_at FROM no_trade_ids WHERE bot_id = $1 AND occurred_at >= $2 GROUP BY no_trade) f " +
                "JOIN no_trade_reasons r ON r.no_trade = f.no_trade) c GROUP BY code ORDER BY 2 DESC, code COLLATE \"C\"")
                .With(botId).With(PostgresStatement.Instant(from))
                .ListAsync(row => new NoTradeReasonCount(row.GetString(0), row.GetInt64(1), row.InstantOf(2)), token)).ToImmutableArray(),
            cancellationToken);

    // A fold goes as a whole, with everything that was folded into it; one that somebody writes to at this moment stays.
    private const string Purge =
        "WITH gone AS (DELETE FROM no_trade_traces WHERE id IN (SELECT id FROM no_trade_traces WHERE last_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING id), " +
        "reasons AS (DELETE FROM no_trade_reasons WHERE no_trade IN (SELECT id FROM gone)), " +
        "ids AS (DELETE FROM no_trade_ids WHERE no_trade IN (SELECT id FROM gone) RETURNING 1) SELECT (SELECT COUNT(*) FROM gone), (SELECT COUNT(*) FROM ids)";

    public Task<long> PurgeAsync(DateTimeOffset olderThan, CancellationToken cancellationToken) =>
        PostgresPurge.RunAsync(database, Purge, olderThan, cancellationToken);

    private static RecordedNoTrade NoTrade(NpgsqlDataReader row) =>
        new(row.GetString(2), row.TextOf(3), [], row.GetInt64(4), row.InstantOf(5), row.InstantOf(1), row.TextOf(6));
}
