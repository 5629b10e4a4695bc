using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Grains.Bots.Traces;

namespace ControlPlane.Silo.Storage.Embedded.Traces;

/// <summary>No-trades in the embedded database.</summary>
internal sealed class EmbeddedNoTradeStore(EmbeddedDatabase database) : INoTradeStore
{
    private const string Columns = "id, last_at, no_trade_id, symbol, count, first_at, trace_id";

    public Task<ImmutableArray<TraceWrite>> AppendAsync(string botId, IReadOnlyList<NoTradeTrace> noTrades, CancellationToken cancellationToken) =>
        database.WriteAsync(WriteLane.Bulk, noTrades.Count, session => NoTradeAppendCommand.Run(session, botId, noTrades), cancellationToken);

    public Task<Page<RecordedNoTrade>> PageAsync(string botId, string? code, int limit, string? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var cursor = PageCursor.Parse(PagedList.NoTrades, before);
        return database.ReadAsync(
            session =>
            {
                var rows = code is null
                    ? session.Prepare($"SELECT {Columns} FROM no_trade_traces WHERE bot_id = ? AND (last_at, id) < (?, ?) ORDER BY last_at DESC, id DESC LIMIT ?")
                        .With(botId).With(cursor.Time).With(cursor.Row).With(limit + 1L)
                    : session.Prepare(
                        $"SELECT {Columns} FROM no_trade_traces n WHERE bot_id = ? AND (last_at, id) < (?, ?) " +
                        "AND EXISTS (SELECT 1 FROM no_trade_reasons WHERE no_trade = n.id AND code = ?) ORDER BY last_at DESC, id DESC LIMIT ?")
                        .With(botId).With(cursor.Time).With(cursor.Row).With(code).With(limit + 1L);
                return PageQuery.Read(PagedList.NoTrades, limit, rows, row => NoTrade(session, row), row => new(row.Int64(1), row.Int64(0)));
            },
            cancellationToken);
    }

    public Task<ImmutableArray<NoTradeReasonCount>> CountReasonsAsync(string botId, DateTimeOffset from, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => session.Prepare(
                "SELECT code, SUM(times), MAX(last_at) FROM (SELECT DISTINCT f.no_trade, r.code, f.times, f.last_at FROM " +
                "(SELECT no_trade, COUNT(*) AS times, MAX(occurred_at) AS last_at FROM no_trade_ids WHERE bot_id = ? AND occurred_at >= ? GROUP BY no_trade) f " +
                "JOIN no_trade_reasons r ON r.no_trade = f.no_trade) GROUP BY code ORDER BY 2 DESC, code")
                .With(botId).With(UnixMicroseconds.From(from))
                .ReadAll(row => new NoTradeReasonCount(row.Text(0), row.Int64(1), row.Instant(2))),
            cancellationToken);

    public Task<long> PurgeAsync(DateTimeOffset olderThan, CancellationToken cancellationToken)
    {
        var until = UnixMicroseconds.From(olderThan);
        return TraceRows.PurgeAsync(database, (session, _) => RemoveOne(session, until), cancellationToken);
    }

    // A fold goes as a whole, with everything that was folded into it.
    private static int RemoveOne(SqliteSession session, long until)
    {
        var oldest = session.Prepare("SELECT id FROM no_trade_traces WHERE last_at < ? LIMIT 1").With(until);
        if (!oldest.Read()) return 0;
        var id = oldest.Int64(0);
        oldest.Reset();
        var removed = session.Prepare("DELETE FROM no_trade_ids WHERE no_trade = ?").With(id).Run();
        session.Prepare("DELETE FROM no_trade_reasons WHERE no_trade = ?").With(id).Run();
        session.Prepare("DELETE FROM no_trade_traces WHERE id = ?").With(id).Run();
        return removed;
    }

    private static RecordedNoTrade NoTrade(SqliteSession session, Statement row) => new(
        row.Text(2),
        row.NullableText(3),
        session.Prepare("SELECT code, rule, threshold, actual, detail FROM no_trade_reasons WHERE no_trade = ? ORDER BY place").With(row.Int64(0))
            .ReadAll(r => new NoTradeReason(r.Text(0), r.NullableText(1), r.NullableDecimal(2), r.NullableDecimal(3), r.NullableText(4))),
        row.Int64(4),
        row.Instant(5),
        row.Instant(1),
        row.NullableText(6));
}
