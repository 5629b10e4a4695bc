using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Bots.Traces.Policy;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres.Traces;

/// <summary>Writes the no-trades of one call, equal neighbours folded. The bot's lock is held, so that the newest row is the newest whoever writes.</summary>
internal static class NoTradeAppendCommand
{
    public static async Task<ImmutableArray<TraceWrite>> RunAsync(
        NpgsqlConnection connection, string botId, IReadOnlyList<NoTradeTrace> noTrades, CancellationToken cancellationToken)
    {
        var known = (await connection.Statement("SELECT no_trade_id FROM no_trade_ids WHERE bot_id = $1 AND no_trade_id = ANY ($2)")
            .With(botId).With(noTrades.Select(n => n.NoTradeId).ToArray()).ListAsync(row => row.GetString(0), cancellationToken)).ToHashSet(StringComparer.Ordinal);
        var newest = (await connection.Statement("SELECT id, fold_key FROM no_trade_traces WHERE bot_id = $1 ORDER BY id DESC LIMIT 1").With(botId)
            .ListAsync(row => (Id: row.GetInt64(0), Key: row.GetString(1)), cancellationToken)).Select(n => ((long Id, string Key)?)n).FirstOrDefault();

        var outcome = ImmutableArray.CreateBuilder<TraceWrite>(noTrades.Count);
        var fold = new List<NoTradeTrace>();
        foreach (var noTrade in noTrades)
        {
            outcome.Add(known.Add(noTrade.NoTradeId) ? TraceWrite.Written : TraceWrite.Duplicate);
            if (outcome[^1] == TraceWrite.Duplicate) continue;
            if (fold.Count > 0 && NoTradeFold.Key(fold[0]) != NoTradeFold.Key(noTrade))
            {
                newest = await WriteAsync(connection, botId, fold, newest, cancellationToken);
                fold.Clear();
            }

            fold.Add(noTrade);
        }

        if (fold.Count > 0) await WriteAsync(connection, botId, fold, newest, cancellationToken);
        await BotTransaction.TouchAsync(connection, botId, cancellationToken);
        return outcome.MoveToImmutable();
    }

    private static async Task<(long Id, string Key)> WriteAsync(
        NpgsqlConnection connection, string botId, List<NoTradeTrace> fold, (long Id, string Key)? newest, CancellationToken cancellationToken)
    {
        var key = NoTradeFold.Key(fold[0]);
        var (first, last) = (PostgresStatement.Instant(fold.Min(n => n.OccurredAt)), PostgresStatement.Instant(fold.Max(n => n.OccurredAt)));
        var trace = fold.LastOrDefault(n => n.TraceId is not null)?.TraceId;
        var id = newest is { } known && known.Key == key && await FoldAsync(connection, known.Id, fold.Count, first, last, trace, cancellationToken)
            ? known.Id
            : (await connection.Statement(
                "INSERT INTO no_trade_traces (bot_id, no_trade_id, symbol, fold_key, count, first_at, last_at, trace_id) " +
                "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id")
                .With(botId).With(fold[0].NoTradeId).With(fold[0].Symbol).With(key).With((long)fold.Count).With(first).With(last).With(trace)
                .ListAsync(row => row.GetInt64(0), cancellationToken)).Single();

        var batch = new NpgsqlBatch(connection);
        var reasons = fold[^1].Reasons;
        for (var place = 0; place < reasons.Length; place++)
        {
            var reason = reasons[place];
            batch.Add("INSERT INTO no_trade_reasons (no_trade, place, code, rule, threshold, actual, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)")
                .With(id).With(place).With(reason.Code).With(reason.Rule).WithSome(reason.Threshold).WithSome(reason.Actual).With(reason.Detail);
        }

        foreach (var noTrade in fold)
        {
            batch.Add("INSERT INTO no_trade_ids (bot_id, no_trade_id, no_trade, occurred_at, trace_id) VALUES ($1, $2, $3, $4, $5)")
                .With(botId).With(noTrade.NoTradeId).With(id).With(PostgresStatement.Instant(noTrade.OccurredAt)).With(noTrade.TraceId);
        }

        await batch.RunAsync(cancellationToken);
        return (id, key);
    }

    /// <summary>False when the fold is gone: a purge, which takes no bot's lock, was quicker.</summary>
    private static async Task<bool> FoldAsync(
        NpgsqlConnection connection, long id, int count, DateTime first, DateTime last, string? trace, CancellationToken cancellationToken)
    {
        var updated = await connection.Statement(
            "UPDATE no_trade_traces SET count = count + $1, first_at = LEAST(first_at, $2), last_at = GREATEST(last_at, $3), " +
            "trace_id = COALESCE($4, trace_id) WHERE id = $5").With((long)count).With(first).With(last).With(trace).With(id).RunAsync(cancellationToken);
        if (updated == 0) return false;
        await connection.Statement("DELETE FROM no_trade_reasons WHERE no_trade = $1").With(id).RunAsync(cancellationToken);
        return true;
    }
}
