using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Bots.Traces.Policy;

namespace ControlPlane.Silo.Storage.Embedded.Traces;

/// <summary>Decisions in the embedded database.</summary>
internal sealed class EmbeddedDecisionStore(EmbeddedDatabase database) : IDecisionStore
{
    // A decision's trade is the one that it names, or that names it.
    private static readonly string s_select =
        "SELECT d.id, d.occurred_at, d.decision_id, d.symbol, d.action, d.rationale, d.variables, d.confidence, d.model, d.trade_id, d.trace_id, " +
        "d.gate_epoch, d.gate_version, " + TradeWords.Of("t") + " " +
        "FROM decision_traces d LEFT JOIN trade_log t ON t.bot_id = d.bot_id AND t.trade_id = COALESCE(d.trade_id, " +
        "(SELECT trade_id FROM trade_log WHERE bot_id = d.bot_id AND decision_id = d.decision_id ORDER BY id LIMIT 1)) ";

    private const int FirstTradeColumn = 13;

    public Task<ImmutableArray<TraceWrite>> AppendAsync(string botId, IReadOnlyList<DecisionTrace> decisions, CancellationToken cancellationToken) =>
        database.WriteAsync(WriteLane.Bulk, decisions.Count, session => Append(session, botId, decisions), cancellationToken);

    public Task<Page<RecordedDecision>> PageAsync(string botId, int limit, string? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var cursor = PageCursor.Parse(PagedList.Decisions, before);
        return database.ReadAsync(
            session => PageQuery.Read(
                PagedList.Decisions,
                limit,
                session.Prepare(s_select + "WHERE d.bot_id = ? AND (d.occurred_at, d.id) < (?, ?) ORDER BY d.occurred_at DESC, d.id DESC LIMIT ?")
                    .With(botId).With(cursor.Time).With(cursor.Row).With(limit + 1L),
                Decision,
                row => new(row.Int64(1), row.Int64(0))),
            cancellationToken);
    }

    public Task<RecordedDecision?> FindAsync(string botId, string decisionId, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.Prepare(s_select + "WHERE d.bot_id = ? AND d.decision_id = ?").With(botId).With(decisionId).ReadAll(Decision).FirstOrDefault(),
        cancellationToken);

    public Task<long> PurgeAsync(DateTimeOffset olderThan, CancellationToken cancellationToken) => TraceRows.PurgeAsync(
        database,
        (session, some) => session
            .Prepare("DELETE FROM decision_traces WHERE id IN (SELECT id FROM decision_traces WHERE occurred_at < ? LIMIT ?)")
            .With(UnixMicroseconds.From(olderThan)).With(some).Run(),
        cancellationToken);

    private static ImmutableArray<TraceWrite> Append(SqliteSession session, string botId, IReadOnlyList<DecisionTrace> decisions)
    {
        var insert = session.Prepare(
            "INSERT INTO decision_traces (bot_id, decision_id, occurred_at, symbol, action, rationale, variables, confidence, model, trade_id, " +
            "trace_id, gate_epoch, gate_version, received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
        var outcome = ImmutableArray.CreateBuilder<TraceWrite>(decisions.Count);
        foreach (var d in decisions)
        {
            var written = insert.With(botId).With(d.DecisionId).With(UnixMicroseconds.From(d.OccurredAt)).With(d.Symbol).With(d.Action)
                .With(d.Rationale).With(TraceVariables.ToJson(d.Variables)).WithReal(d.Confidence).With(d.Model).With(d.TradeId)
                .With(d.TraceId).With(d.GateEpoch).With(d.GateVersion)
                .With(d.ReceivedAt is { } received ? UnixMicroseconds.From(received) : null).Run() > 0;
            outcome.Add(written ? TraceWrite.Written : TraceWrite.Duplicate);
        }

        TraceRows.Touch(session, botId);
        session.Prepare("UPDATE bot_activity SET last_decision_at = MAX(COALESCE(last_decision_at, ?), ?) WHERE bot_id = ?")
            .With(long.MinValue).With(UnixMicroseconds.From(decisions.Max(d => d.OccurredAt))).With(botId).Run();
        return outcome.MoveToImmutable();
    }

    private static RecordedDecision Decision(Statement row) => new(
        new DecisionTrace(
            row.Text(2),
            row.Instant(1),
            row.Text(3),
            row.Text(4),
            row.NullableText(5),
            TraceVariables.FromJson(row.Text(6)),
            row.NullableReal(7),
            row.NullableText(8),
            row.NullableText(9),
            row.NullableText(10),
            row.NullableInt64(11),
            row.NullableInt64(12)),
        row.IsNull(FirstTradeColumn) ? null : TradeRows.Trade(row, FirstTradeColumn));
}
