using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Bots.Traces.Policy;

namespace ControlPlane.Silo.Storage.Embedded.Traces;

/// <summary>Writes the no-trades of one call, each folded into the bot's newest row when they are equal. There is one writer, so that
/// the newest row is the newest whoever writes.</summary>
internal static class NoTradeAppendCommand
{
    public static ImmutableArray<TraceWrite> Run(SqliteSession session, string botId, IReadOnlyList<NoTradeTrace> noTrades)
    {
        var outcome = ImmutableArray.CreateBuilder<TraceWrite>(noTrades.Count);
        foreach (var noTrade in noTrades)
        {
            outcome.Add(Write(session, botId, noTrade) ? TraceWrite.Written : TraceWrite.Duplicate);
        }

        TraceRows.Touch(session, botId);
        return outcome.MoveToImmutable();
    }

    private static bool Write(SqliteSession session, string botId, NoTradeTrace noTrade)
    {
        if (Known(session, botId, noTrade.NoTradeId))
        {
            return false;
        }

        var key = NoTradeFold.Key(noTrade);
        var at = UnixMicroseconds.From(noTrade.OccurredAt);
        var newest = session.Prepare("SELECT id, fold_key FROM no_trade_traces WHERE bot_id = ? ORDER BY id DESC LIMIT 1").With(botId);
        long? into = newest.Read() && newest.Text(1) == key ? newest.Int64(0) : null;
        newest.Reset();
        if (into is { } row)
        {
            session.Prepare(
                "UPDATE no_trade_traces SET count = count + 1, first_at = MIN(first_at, ?), last_at = MAX(last_at, ?), trace_id = COALESCE(?, trace_id) WHERE id = ?")
                .With(at).With(at).With(noTrade.TraceId).With(row).Run();
            session.Prepare("DELETE FROM no_trade_reasons WHERE no_trade = ?").With(row).Run();
        }
        else
        {
            var insert = session.Prepare(
                "INSERT INTO no_trade_traces (bot_id, no_trade_id, symbol, fold_key, count, first_at, last_at, trace_id) VALUES (?, ?, ?, ?, 1, ?, ?, ?) RETURNING id")
                .With(botId).With(noTrade.NoTradeId).With(noTrade.Symbol).With(key).With(at).With(at).With(noTrade.TraceId);
            insert.Read();
            row = insert.Int64(0);
            insert.Reset();
        }

        WriteReasons(session, row, noTrade.Reasons);
        session.Prepare("INSERT INTO no_trade_ids (bot_id, no_trade_id, no_trade, occurred_at, trace_id) VALUES (?, ?, ?, ?, ?)")
            .With(botId).With(noTrade.NoTradeId).With(row).With(at).With(noTrade.TraceId).Run();
        return true;
    }

    private static bool Known(SqliteSession session, string botId, string noTradeId)
    {
        var row = session.Prepare("SELECT 1 FROM no_trade_ids WHERE bot_id = ? AND no_trade_id = ?").With(botId).With(noTradeId);
        var known = row.Read();
        row.Reset();
        return known;
    }

    private static void WriteReasons(SqliteSession session, long row, ImmutableArray<NoTradeReason> reasons)
    {
        var insert = session.Prepare("INSERT INTO no_trade_reasons (no_trade, place, code, rule, threshold, actual, detail) VALUES (?, ?, ?, ?, ?, ?, ?)");
        for (var place = 0; place < reasons.Length; place++)
        {
            var reason = reasons[place];
            insert.With(row).With(place).With(reason.Code).With(reason.Rule).WithDecimal(reason.Threshold).WithDecimal(reason.Actual).With(reason.Detail).Run();
        }
    }
}
