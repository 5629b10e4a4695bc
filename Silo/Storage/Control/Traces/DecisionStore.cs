using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Bots.Traces.Policy;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control.Traces;

/// <summary>Decisions.</summary>
internal sealed class DecisionStore(IControlDatabase database) : IDecisionStore
{
    public Task<ImmutableArray<TraceWrite>> AppendAsync(string botId, IReadOnlyList<DecisionTrace> decisions, CancellationToken cancellationToken) =>
        database.WriteAsync(WriteScope.Bulk(decisions.Count).Of(botId), session => AppendAsync(session, botId, decisions), cancellationToken);

    public Task<Page<RecordedDecision>> PageAsync(string botId, int limit, string? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var cursor = PageCursor.Parse(PagedList.Decisions, before);
        return database.ReadAtOnceAsync(
            async session =>
            {
                var page = await session.PageAsync<DecisionRow, DecisionRow>(
                    PagedList.Decisions,
                    limit,
                    $"{DecisionRow.Select} WHERE d.bot_id = @BotId AND (d.occurred_at, d.id) < (@Time, @Row) ORDER BY d.occurred_at DESC, d.id DESC",
                    new { BotId = botId, Time = new Instant(cursor.Time), cursor.Row },
                    row => row);
                return new Page<RecordedDecision>(await WithTradesAsync(session, botId, page.Items), page.Next);
            },
            cancellationToken);
    }

    public Task<RecordedDecision?> FindAsync(string botId, string decisionId, CancellationToken cancellationToken) => database.ReadAtOnceAsync(
        async session => (await WithTradesAsync(
            session,
            botId,
            await session.ListAsync<DecisionRow>($"{DecisionRow.Select} WHERE d.bot_id = @BotId AND d.decision_id = @DecisionId", new { BotId = botId, DecisionId = decisionId })))
            .FirstOrDefault(),
        cancellationToken);

    public Task<long> PurgeAsync(DateTimeOffset olderThan, CancellationToken cancellationToken) =>
        database.PurgeAsync("decision_traces", "occurred_at < @Before", olderThan, cancellationToken);

    private static async Task<ImmutableArray<RecordedDecision>> WithTradesAsync(SqlSession session, string botId, ImmutableArray<DecisionRow> rows)
    {
        var ids = rows.Select(row => row.RelatedTradeId).Where(id => id.Length > 0).Distinct(StringComparer.Ordinal).ToArray();
        var trades = ids.Length == 0 ? [] : await session.ListAsync<TradeRow>(
            $"SELECT {TradeRow.Columns.Names} FROM trade_log WHERE bot_id = @BotId AND {session.Sql.In("trade_id", "Ids")}", new { BotId = botId, Ids = KeyList.Of(ids) });
        var byId = trades.ToDictionary(t => t.TradeId, t => t.Trade(), StringComparer.Ordinal);
        return [.. rows.Select(row => new RecordedDecision(row.Decision(), byId.GetValueOrDefault(row.RelatedTradeId)))];
    }

    private static async Task<ImmutableArray<TraceWrite>> AppendAsync(SqlSession session, string botId, IReadOnlyList<DecisionTrace> decisions)
    {
        var known = (await session.ListAsync<string>(
            $"SELECT decision_id FROM decision_traces WHERE bot_id = @BotId AND {session.Sql.In("decision_id", "Ids")}",
            new { BotId = botId, Ids = KeyList.Of(decisions.Select(d => d.DecisionId)) })).ToHashSet(StringComparer.Ordinal);
        ImmutableArray<TraceWrite> outcome = [.. decisions.Select(d => known.Add(d.DecisionId) ? TraceWrite.Written : TraceWrite.Duplicate)];
        await session.RunAllAsync(DecisionRow.Insert, [.. decisions.Where((_, i) => outcome[i] == TraceWrite.Written).Select(d => DecisionRow.Of(botId, d))]);
        await session.TouchAsync(botId);
        await session.RunAsync(
            $"UPDATE bot_activity SET last_decision_at = {session.Sql.Greatest}(COALESCE(last_decision_at, @At), @At) WHERE bot_id = @BotId",
            new { BotId = botId, At = (Instant)decisions.Max(d => d.OccurredAt) });
        return outcome;
    }
}
