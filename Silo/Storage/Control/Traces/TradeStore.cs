using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Bots.Traces.Policy;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Losses;
using ControlPlane.Grains.Risk.Symbols;
using ControlPlane.Silo.Storage.Control.Risk;
using ControlPlane.Silo.Storage.Seals.Ledger;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control.Traces;

/// <summary>The trade log.</summary>
internal sealed class TradeStore(IControlDatabase database) : ITradeStore
{
    public Task<ImmutableArray<TraceWrite>> AppendAsync(string botId, IReadOnlyList<TradeTrace> trades, CancellationToken cancellationToken, SymbolNames? names = null) =>
        database.WriteAsync(
            WriteScope.Control(trades.Count).Of(botId), session => AppendAsync(session, botId, trades, names ?? SymbolNames.Plain), cancellationToken);

    public Task<Page<TradeTrace>> PageAsync(string botId, int limit, string? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var cursor = PageCursor.Parse(PagedList.Trades, before);
        return database.PageAsync<TradeRow, TradeTrace>(
            PagedList.Trades,
            limit,
            $"SELECT id AS row_id, opened_at AS row_at, {TradeRow.Columns.Names} FROM trade_log WHERE bot_id = @BotId AND (opened_at, id) < (@Time, @Row) " +
            "ORDER BY opened_at DESC, id DESC",
            new { BotId = botId, Time = new Instant(cursor.Time), cursor.Row },
            row => row.Trade(),
            cancellationToken);
    }

    public Task<long> PurgeAsync(DateTimeOffset olderThan, CancellationToken cancellationToken) =>
        database.PurgeAsync("trade_log", $"closed_at < @Before AND {database.Sql.MayGo("trade_log")}", olderThan, cancellationToken);

    private static async Task<ImmutableArray<TraceWrite>> AppendAsync(SqlSession session, string botId, IReadOnlyList<TradeTrace> trades, SymbolNames names)
    {
        var known = (await session.SealedAsync<TradeRow>(
            $"SELECT {TradeRow.All.Names} FROM trade_log WHERE bot_id = @BotId AND {session.Sql.In("trade_id", "Ids")}",
            new { BotId = botId, Ids = KeyList.Of(trades.Select(t => t.TradeId)) })).ToDictionary(t => t.TradeId, StringComparer.Ordinal);
        var outcome = ImmutableArray.CreateBuilder<TraceWrite>(trades.Count);
        var (added, changed) = (new List<TradeRow>(), new List<TradeRow>());
        var changes = new List<(TradeTrace? Before, TradeTrace After)>();
        foreach (var told in trades)
        {
            var named = told.OrderId is { } orderId ? await session.FindOrderAsync(botId, orderId) : null;
            var trade = OrderNaming.Resolve(told, named, names);
            var row = known.GetValueOrDefault(trade.TradeId);
            var before = row?.Trade();
            var merged = before is null ? trade : TradeMerge.Merge(before, trade, names.Same);
            outcome.Add(merged is null ? TraceWrite.Conflict : merged == before ? TraceWrite.Duplicate : TraceWrite.Written);
            if (outcome[^1] != TraceWrite.Written) continue;
            var after = Row(botId, before, merged!, trade, OrderNaming.Leaves(trade, named));
            if (row is null) added.Add(session.First(after));
            else changed.Add(session.Next(after.After(row))!);
            changes.Add((before, merged!));
            known[trade.TradeId] = after;
        }

        // What a trade became comes after the trade itself, also when both came with this call.
        await session.RunAllAsync(RowSet.Of(TradeRow.Insert, added), RowSet.Of(TradeRow.Update, changed));
        await LedgerUpdateCommand.RunAsync(session, botId, changes, names);
        await session.TouchAsync(botId);
        return outcome.MoveToImmutable();
    }

    private static TradeRow Row(string botId, TradeTrace? before, TradeTrace trade, TradeTrace report, bool leaves) => TradeRow.Of(
        botId,
        trade,
        realised: RealisedAt.ForWrite(before, trade, report, leaves),
        settled: trade.ClosedAt is null ? null : report.ReceivedAt,
        SymbolNames.Plain.Canonical(trade.Symbol));
}
