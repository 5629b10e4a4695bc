using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Bots.Traces.Policy;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control.Traces;

/// <summary>Writes the no-trades of one call, equal neighbours folded. No other write of the bot runs meanwhile, so that the newest row is the newest whoever
/// writes.</summary>
internal static class NoTradeAppendCommand
{
    public static async Task<ImmutableArray<TraceWrite>> RunAsync(SqlSession session, string botId, IReadOnlyList<NoTradeTrace> noTrades)
    {
        var known = (await session.ListAsync<string>(
            $"SELECT no_trade_id FROM no_trade_ids WHERE bot_id = @BotId AND {session.Sql.In("no_trade_id", "Ids")}",
            new { BotId = botId, Ids = KeyList.Of(noTrades.Select(n => n.NoTradeId)) })).ToHashSet(StringComparer.Ordinal);
        var newest = await session.FirstAsync<NoTradeRow>(
            "SELECT id AS row_id, fold_key FROM no_trade_traces WHERE bot_id = @BotId ORDER BY id DESC LIMIT 1", new { BotId = botId });

        var outcome = ImmutableArray.CreateBuilder<TraceWrite>(noTrades.Count);
        var fold = new List<NoTradeTrace>();
        foreach (var noTrade in noTrades)
        {
            outcome.Add(known.Add(noTrade.NoTradeId) ? TraceWrite.Written : TraceWrite.Duplicate);
            if (outcome[^1] == TraceWrite.Duplicate) continue;
            if (fold.Count > 0 && NoTradeFold.Key(fold[0]) != NoTradeFold.Key(noTrade))
            {
                newest = await WriteAsync(session, botId, fold, newest);
                fold.Clear();
            }

            fold.Add(noTrade);
        }

        if (fold.Count > 0) await WriteAsync(session, botId, fold, newest);
        await session.TouchAsync(botId);
        return outcome.MoveToImmutable();
    }

    private static async Task<NoTradeRow> WriteAsync(SqlSession session, string botId, List<NoTradeTrace> fold, NoTradeRow? newest)
    {
        var row = new
        {
            BotId = botId,
            fold[0].NoTradeId,
            fold[0].Symbol,
            FoldKey = NoTradeFold.Key(fold[0]),
            Count = (long)fold.Count,
            FirstAt = (Instant)fold.Min(n => n.OccurredAt),
            LastAt = (Instant)fold.Max(n => n.OccurredAt),
            fold.LastOrDefault(n => n.TraceId is not null)?.TraceId,
            Id = newest?.RowId ?? 0,
        };
        var id = newest?.FoldKey == row.FoldKey && await FoldAsync(session, row)
            ? row.Id
            : await session.FirstAsync<long>(
                "INSERT INTO no_trade_traces (bot_id, no_trade_id, symbol, fold_key, count, first_at, last_at, trace_id) " +
                "VALUES (@BotId, @NoTradeId, @Symbol, @FoldKey, @Count, @FirstAt, @LastAt, @TraceId) RETURNING id",
                row);
        var reasons = fold[^1].Reasons.Select((reason, place) => new NoTradeReasonRow
        {
            NoTrade = id, Place = place, Code = reason.Code, Rule = reason.Rule, Threshold = reason.Threshold, Actual = reason.Actual, Detail = reason.Detail,
        });
        await session.RunAllAsync(
            RowSet.Of(
                "INSERT INTO no_trade_reasons (no_trade, place, code, rule, threshold, actual, detail) VALUES (@NoTrade, @Place, @Code, @Rule, @Threshold, @Actual, @Detail)",
                reasons.ToList()),
            RowSet.Of(
                "INSERT INTO no_trade_ids (bot_id, no_trade_id, no_trade, occurred_at, trace_id) VALUES (@BotId, @NoTradeId, @NoTrade, @OccurredAt, @TraceId)",
                fold.ConvertAll(n => new { BotId = botId, n.NoTradeId, NoTrade = id, OccurredAt = (Instant)n.OccurredAt, n.TraceId })));
        return new() { RowId = id, FoldKey = row.FoldKey };
    }

    /// <summary>False when the fold is gone: a purge, which takes no bot's lock, was quicker.</summary>
    private static async Task<bool> FoldAsync(SqlSession session, object row)
    {
        var updated = await session.RunAsync(
            $"UPDATE no_trade_traces SET count = count + @Count, first_at = {session.Sql.Least}(first_at, @FirstAt), last_at = {session.Sql.Greatest}(last_at, @LastAt), " +
            "trace_id = COALESCE(@TraceId, trace_id) WHERE id = @Id",
            row);
        if (updated == 0) return false;
        await session.RunAsync("DELETE FROM no_trade_reasons WHERE no_trade = @Id", row);
        return true;
    }
}
