using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control.Traces;

/// <summary>No-trades.</summary>
internal sealed class NoTradeStore(IControlDatabase database) : INoTradeStore
{
    /// <summary>Rows that one transaction of a purge removes at most; each may stand for many no-trades.</summary>
    private const int RowsPerPurge = 500;

    public Task<ImmutableArray<TraceWrite>> AppendAsync(string botId, IReadOnlyList<NoTradeTrace> noTrades, CancellationToken cancellationToken) =>
        database.WriteAsync(WriteScope.Bulk(noTrades.Count).Of(botId), session => NoTradeAppendCommand.RunAsync(session, botId, noTrades), cancellationToken);

    public Task<Page<RecordedNoTrade>> PageAsync(string botId, string? code, int limit, string? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var cursor = PageCursor.Parse(PagedList.NoTrades, before);
        var ofCode = code is null ? "" : "AND EXISTS (SELECT 1 FROM no_trade_reasons r WHERE r.no_trade = n.id AND r.code = @Code) ";
        return database.ReadAtOnceAsync(
            async session =>
            {
                var page = await session.PageAsync<NoTradeRow, NoTradeRow>(
                    PagedList.NoTrades,
                    limit,
                    "SELECT id AS row_id, last_at AS row_at, no_trade_id, symbol, count, first_at, last_at, trace_id FROM no_trade_traces n " +
                    $"WHERE bot_id = @BotId AND (last_at, id) < (@Time, @Row) {ofCode}ORDER BY last_at DESC, id DESC",
                    new { BotId = botId, Time = new Instant(cursor.Time), cursor.Row, Code = code },
                    row => row);
                var reasons = (await session.ListAsync<NoTradeReasonRow>(
                    $"SELECT no_trade, code, rule, threshold, actual, detail FROM no_trade_reasons WHERE {session.Sql.In("no_trade", "Ids")} ORDER BY no_trade, place",
                    new { Ids = KeyList.Of(page.Items.Select(row => row.RowId)) })).ToLookup(row => row.NoTrade, row => row.Reason());
                return new Page<RecordedNoTrade>([.. page.Items.Select(row => row.Recorded([.. reasons[row.RowId]]))], page.Next);
            },
            cancellationToken);
    }

    public async Task<ImmutableArray<NoTradeReasonCount>> CountReasonsAsync(string botId, DateTimeOffset from, CancellationToken cancellationToken) =>
    [
        .. (await database.ListAsync<CountRow>(
            "SELECT code, CAST(SUM(times) AS bigint) AS times, MAX(last_at) AS last_at FROM (SELECT DISTINCT f.no_trade, r.code, f.times, f.last_at FROM " +
            "(SELECT no_trade, COUNT(*) AS times, MAX(occurred_at) AS last_at FROM no_trade_ids WHERE bot_id = @BotId AND occurred_at >= @From GROUP BY no_trade) f " +
            $"JOIN no_trade_reasons r ON r.no_trade = f.no_trade) c GROUP BY code ORDER BY 2 DESC, code{database.Sql.ByBytes}",
            new { BotId = botId, From = (Instant)from },
            cancellationToken)).Select(row => new NoTradeReasonCount(row.Code, row.Times, row.LastAt)),
    ];

    // A fold goes as a whole, with everything that was folded into it.
    public Task<long> PurgeAsync(DateTimeOffset olderThan, CancellationToken cancellationToken) => database.PurgeAsync(
        RowsPerPurge,
        async (session, some) =>
        {
            var ids = await session.ListAsync<long>(
                $"SELECT id FROM no_trade_traces WHERE last_at < @Before LIMIT {some}{session.Sql.SkipLocked}", new { Before = (Instant)olderThan });
            var gone = new { Ids = KeyList.Of(ids) };
            var counted = await session.RunAsync($"DELETE FROM no_trade_ids WHERE {session.Sql.In("no_trade", "Ids")}", gone);
            await session.RunAsync($"DELETE FROM no_trade_reasons WHERE {session.Sql.In("no_trade", "Ids")}", gone);
            await session.RunAsync($"DELETE FROM no_trade_traces WHERE {session.Sql.In("id", "Ids")}", gone);
            return (ids.Length, counted);
        },
        cancellationToken);

    private sealed class CountRow
    {
        public string Code { get; init; } = "";
        public long Times { get; init; }
        public Instant LastAt { get; init; }
    }
}
