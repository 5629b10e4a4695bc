using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Bots.Traces.Policy;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Losses;
using ControlPlane.Grains.Risk.Symbols;
using ControlPlane.Silo.Storage.Embedded.Risk;

namespace ControlPlane.Silo.Storage.Embedded.Traces;

/// <summary>The trade log in the embedded database.</summary>
internal sealed class EmbeddedTradeStore(EmbeddedDatabase database) : ITradeStore
{
    public Task<ImmutableArray<TraceWrite>> AppendAsync(string botId, IReadOnlyList<TradeTrace> trades, CancellationToken cancellationToken, SymbolNames? names = null) =>
        database.WriteAsync(WriteLane.Control, trades.Count, session => Append(session, botId, trades, names ?? SymbolNames.Plain), cancellationToken);

    public Task<Page<TradeTrace>> PageAsync(string botId, int limit, string? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var cursor = PageCursor.Parse(PagedList.Trades, before);
        return database.ReadAsync(
            session => PageQuery.Read(
                PagedList.Trades,
                limit,
                session.Prepare(
                    $"SELECT id, opened_at, {TradeWords.Columns} FROM trade_log WHERE bot_id = ? AND (opened_at, id) < (?, ?) " +
                    "ORDER BY opened_at DESC, id DESC LIMIT ?")
                    .With(botId).With(cursor.Time).With(cursor.Row).With(limit + 1L),
                row => TradeRows.Trade(row, 2),
                row => new(row.Int64(1), row.Int64(0))),
            cancellationToken);
    }

    public Task<long> PurgeAsync(DateTimeOffset olderThan, CancellationToken cancellationToken) => TraceRows.PurgeAsync(
        database,
        (session, some) => session
            .Prepare("DELETE FROM trade_log WHERE id IN (SELECT id FROM trade_log WHERE closed_at < ? LIMIT ?)")
            .With(UnixMicroseconds.From(olderThan)).With(some).Run(),
        cancellationToken);

    private static ImmutableArray<TraceWrite> Append(SqliteSession session, string botId, IReadOnlyList<TradeTrace> trades, SymbolNames names)
    {
        var outcome = ImmutableArray.CreateBuilder<TraceWrite>(trades.Count);
        var changes = new List<(TradeTrace? Before, TradeTrace After)>();
        foreach (var trade in trades)
        {
            var known = TradeRows.Find(session, botId, trade.TradeId);
            var named = trade.OrderId is { } orderId ? LedgerRows.Find(session, botId, orderId) : null;
            var report = OrderNaming.Resolve(trade, named, names);
            var (written, after) = Write(session, botId, known, report, names, OrderNaming.Leaves(report, named));
            outcome.Add(written);
            if (written == TraceWrite.Written) changes.Add((known, after));
        }

        LedgerUpdateCommand.Run(session, botId, changes, names);
        TraceRows.Touch(session, botId);
        return outcome.MoveToImmutable();
    }

    private static (TraceWrite Outcome, TradeTrace After) Write(SqliteSession session, string botId, TradeTrace? known, TradeTrace trade, SymbolNames names, bool leaves)
    {
        if (known is null)
        {
            session.Prepare($"INSERT INTO trade_log ({TradeWords.Columns}, realised_at, received_at, settled_at, symbol_key, bot_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
                .With(trade.TradeId).With(trade.Symbol).With(TradeWords.Word(trade.Side)).WithDecimal(trade.Quantity).WithDecimal(trade.Price)
                .WithDecimal(trade.Pnl).With(UnixMicroseconds.From(trade.OpenedAt)).With(Micros(trade.ClosedAt)).With(trade.DecisionId)
                .With(trade.TraceId).With(trade.OrderId).With(trade.Currency).With(trade.History ? 1 : 0).With(trade.CloseOrderId).WithDecimal(trade.Multiplier).WithDecimal(trade.Rate)
                .With(Micros(RealisedAt.ForWrite(null, trade, trade, leaves))).With(Micros(trade.ReceivedAt)).With(Settled(trade, trade)).With(SymbolNames.Plain.Canonical(trade.Symbol)).With(botId).Run();
            return (TraceWrite.Written, trade);
        }

        if (TradeMerge.Merge(known, trade, names.Same) is not { } merged)
        {
            return (TraceWrite.Conflict, known);
        }

        if (merged == known)
        {
            return (TraceWrite.Duplicate, known);
        }

        session.Prepare(
            "UPDATE trade_log SET quantity = ?, price = ?, multiplier = ?, close_order_id = ?, " +
            "pnl = ?, closed_at = ?, realised_at = COALESCE(?, realised_at), settled_at = COALESCE(settled_at, ?), decision_id = ?, trace_id = ?, order_id = ?, currency = ?, rate = ? WHERE bot_id = ? AND trade_id = ?")
            .WithDecimal(merged.Quantity).WithDecimal(merged.Price).WithDecimal(merged.Multiplier).With(merged.CloseOrderId)
            .WithDecimal(merged.Pnl).With(Micros(merged.ClosedAt)).With(Micros(RealisedAt.ForWrite(known, merged, trade, leaves))).With(Settled(merged, trade)).With(merged.DecisionId).With(merged.TraceId)
            .With(merged.OrderId).With(merged.Currency).WithDecimal(merged.Rate).With(botId).With(merged.TradeId).Run();
        return (TraceWrite.Written, merged);
    }

    private static long? Settled(TradeTrace trade, TradeTrace report) => trade.ClosedAt is null ? null : Micros(report.ReceivedAt);

    private static long? Micros(DateTimeOffset? at) => at is { } some ? UnixMicroseconds.From(some) : null;
}
