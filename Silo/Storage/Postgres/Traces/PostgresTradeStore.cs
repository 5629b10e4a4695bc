using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Bots.Traces.Policy;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Losses;
using ControlPlane.Grains.Risk.Symbols;
using ControlPlane.Silo.Storage.Postgres.Risk;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres.Traces;

/// <summary>The trade log in PostgreSQL.</summary>
internal sealed class PostgresTradeStore(PostgresDatabase database) : ITradeStore
{
    public Task<ImmutableArray<TraceWrite>> AppendAsync(string botId, IReadOnlyList<TradeTrace> trades, CancellationToken cancellationToken, SymbolNames? names = null) =>
        BotTransaction.RunAsync(database, botId, (connection, token) => AppendAsync(connection, botId, trades, names ?? SymbolNames.Plain, token), cancellationToken);

    public Task<Page<TradeTrace>> PageAsync(string botId, int limit, string? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var cursor = PageCursor.Parse(PagedList.Trades, before);
        return database.ExecuteAsync(
            (connection, token) => connection.Statement(
                $"SELECT id, opened_at, {TradeWords.Columns} FROM trade_log WHERE bot_id = $1 AND (opened_at, id) < ($2, $3) " +
                "ORDER BY opened_at DESC, id DESC LIMIT $4")
                .With(botId).With(PostgresStatement.Instant(cursor.Time)).With(cursor.Row).With(limit + 1L)
                .PageAsync(PagedList.Trades, limit, row => TradeRows.Trade(row, 2), row => new(row.MicrosecondsOf(1), row.GetInt64(0)), token),
            cancellationToken);
    }

    public Task<long> PurgeAsync(DateTimeOffset olderThan, CancellationToken cancellationToken) =>
        PostgresPurge.RunAsync(database, PostgresPurge.Rows("trade_log", "closed_at"), olderThan, cancellationToken);

    private static async Task<ImmutableArray<TraceWrite>> AppendAsync(
        NpgsqlConnection connection, string botId, IReadOnlyList<TradeTrace> trades, SymbolNames names, CancellationToken cancellationToken)
    {
        var known = (await connection.Statement($"SELECT {TradeWords.Columns} FROM trade_log WHERE bot_id = $1 AND trade_id = ANY ($2)")
            .With(botId).With(trades.Select(t => t.TradeId).ToArray()).ListAsync(row => TradeRows.Trade(row, 0), cancellationToken))
            .ToDictionary(t => t.TradeId, StringComparer.Ordinal);
        var outcome = ImmutableArray.CreateBuilder<TraceWrite>(trades.Count);
        var batch = new NpgsqlBatch(connection);
        var changes = new List<(TradeTrace? Before, TradeTrace After)>();
        foreach (var told in trades)
        {
            var named = told.OrderId is { } orderId ? await LedgerRows.FindAsync(connection, botId, orderId, cancellationToken) : null;
            var trade = OrderNaming.Resolve(told, named, names);
            var before = known.GetValueOrDefault(trade.TradeId);
            var merged = before is null ? trade : TradeMerge.Merge(before, trade, names.Same);
            outcome.Add(merged is null ? TraceWrite.Conflict : merged == before ? TraceWrite.Duplicate : TraceWrite.Written);
            if (outcome[^1] != TraceWrite.Written) continue;
            Write(batch, botId, before, merged!, trade, OrderNaming.Leaves(trade, named));
            changes.Add((before, merged!));
            known[trade.TradeId] = merged!;
        }

        await batch.RunAsync(cancellationToken);
        await LedgerUpdateCommand.RunAsync(connection, botId, changes, names, cancellationToken);
        await BotTransaction.TouchAsync(connection, botId, cancellationToken);
        return outcome.MoveToImmutable();
    }

    private static void Write(NpgsqlBatch batch, string botId, TradeTrace? before, TradeTrace trade, TradeTrace report, bool leaves)
    {
        var realised = RealisedAt.ForWrite(before, trade, report, leaves);
        var settled = trade.ClosedAt is null ? null : report.ReceivedAt;
        if (before is null)
        {
            batch.Add($"INSERT INTO trade_log ({TradeWords.Columns}, realised_at, received_at, settled_at, symbol_key, bot_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)")
                .With(trade.TradeId).With(trade.Symbol).With(TradeWords.Word(trade.Side)).With(trade.Quantity).With(trade.Price).WithSome(trade.Pnl)
                .With(PostgresStatement.Instant(trade.OpenedAt)).WithSome(trade.ClosedAt).With(trade.DecisionId).With(trade.TraceId)
                .With(trade.OrderId).With(trade.Currency).With(trade.History).With(trade.CloseOrderId).With(trade.Multiplier).WithSome(trade.Rate)
                .WithSome(realised).WithSome(trade.ReceivedAt).WithSome(settled).With(SymbolNames.Plain.Canonical(trade.Symbol)).With(botId);
            return;
        }

        batch.Add(
            "UPDATE trade_log SET pnl = $1, closed_at = $2, realised_at = COALESCE($3, realised_at), settled_at = COALESCE(settled_at, $4), decision_id = $5, " +
            "trace_id = $6, order_id = $7, currency = $8, close_order_id = $11, multiplier = $12, quantity = $13, price = $14, rate = $15 WHERE bot_id = $9 AND trade_id = $10")
            .WithSome(trade.Pnl).WithSome(trade.ClosedAt).WithSome(realised).WithSome(settled).With(trade.DecisionId).With(trade.TraceId).With(trade.OrderId)
            .With(trade.Currency).With(botId).With(trade.TradeId).With(trade.CloseOrderId).With(trade.Multiplier).With(trade.Quantity).With(trade.Price).WithSome(trade.Rate);
    }
}
