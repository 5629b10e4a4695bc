using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Bots.Traces.Policy;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres.Traces;

/// <summary>Decisions in PostgreSQL.</summary>
internal sealed class PostgresDecisionStore(PostgresDatabase database) : IDecisionStore
{
    // A decision's trade is the one that it names, or that names it.
    private static readonly string s_select =
        "SELECT d.id, d.occurred_at, d.decision_id, d.symbol, d.action, d.rationale, d.variables, d.confidence, d.model, d.trade_id, d.trace_id, " +
        "d.gate_epoch, d.gate_version, " + TradeWords.Of("t") + " " +
        "FROM decision_traces d LEFT JOIN trade_log t ON t.bot_id = d.bot_id AND t.trade_id = COALESCE(d.trade_id, " +
        "(SELECT trade_id FROM trade_log WHERE bot_id = d.bot_id AND decision_id = d.decision_id ORDER BY id LIMIT 1)) ";

    private const int FirstTradeColumn = 13;

    public Task<ImmutableArray<TraceWrite>> AppendAsync(string botId, IReadOnlyList<DecisionTrace> decisions, CancellationToken cancellationToken) =>
        BotTransaction.RunAsync(database, botId, (connection, token) => AppendAsync(connection, botId, decisions, token), cancellationToken);

    public Task<Page<RecordedDecision>> PageAsync(string botId, int limit, string? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var cursor = PageCursor.Parse(PagedList.Decisions, before);
        return database.ExecuteAsync(
            (connection, token) => connection.Statement(
                s_select + "WHERE d.bot_id = $1 AND (d.occurred_at, d.id) < ($2, $3) ORDER BY d.occurred_at DESC, d.id DESC LIMIT $4")
                .With(botId).With(PostgresStatement.Instant(cursor.Time)).With(cursor.Row).With(limit + 1L)
                .PageAsync(PagedList.Decisions, limit, Decision, row => new(row.MicrosecondsOf(1), row.GetInt64(0)), token),
            cancellationToken);
    }

    public Task<RecordedDecision?> FindAsync(string botId, string decisionId, CancellationToken cancellationToken) => database.ExecuteAsync(
        async (connection, token) => (await connection.Statement(s_select + "WHERE d.bot_id = $1 AND d.decision_id = $2")
            .With(botId).With(decisionId).ListAsync(Decision, token)).FirstOrDefault(),
        cancellationToken);

    public Task<long> PurgeAsync(DateTimeOffset olderThan, CancellationToken cancellationToken) =>
        PostgresPurge.RunAsync(database, PostgresPurge.Rows("decision_traces", "occurred_at"), olderThan, cancellationToken);

    private static async Task<ImmutableArray<TraceWrite>> AppendAsync(
        NpgsqlConnection connection, string botId, IReadOnlyList<DecisionTrace> decisions, CancellationToken cancellationToken)
    {
        var known = (await connection.Statement("SELECT decision_id FROM decision_traces WHERE bot_id = $1 AND decision_id = ANY ($2)")
            .With(botId).With(decisions.Select(d => d.DecisionId).ToArray()).ListAsync(row => row.GetString(0), cancellationToken)).ToHashSet(StringComparer.Ordinal);
        ImmutableArray<TraceWrite> outcome = [.. decisions.Select(d => known.Add(d.DecisionId) ? TraceWrite.Written : TraceWrite.Duplicate)];
        var batch = new NpgsqlBatch(connection);
        for (var i = 0; i < decisions.Count; i++)
        {
            if (outcome[i] != TraceWrite.Written) continue;
            var d = decisions[i];
            batch.Add(
                "INSERT INTO decision_traces (bot_id, decision_id, occurred_at, symbol, action, rationale, variables, confidence, model, trade_id, " +
                "trace_id, gate_epoch, gate_version, received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)")
                .With(botId).With(d.DecisionId).With(PostgresStatement.Instant(d.OccurredAt)).With(d.Symbol).With(d.Action).With(d.Rationale)
                .With(TraceVariables.ToJson(d.Variables)).WithSome(d.Confidence).With(d.Model).With(d.TradeId).With(d.TraceId)
                .WithSome(d.GateEpoch).WithSome(d.GateVersion).WithSome(d.ReceivedAt);
        }

        await batch.RunAsync(cancellationToken);
        await BotTransaction.TouchAsync(connection, botId, cancellationToken);
        await connection.Statement("UPDATE bot_activity SET last_decision_at = GREATEST(last_decision_at, $1) WHERE bot_id = $2")
            .With(PostgresStatement.Instant(decisions.Max(d => d.OccurredAt))).With(botId).RunAsync(cancellationToken);
        return outcome;
    }

    private static RecordedDecision Decision(NpgsqlDataReader row) => new(
        new DecisionTrace(
            row.GetString(2),
            row.InstantOf(1),
            row.GetString(3),
            row.GetString(4),
            row.TextOf(5),
            TraceVariables.FromJson(row.GetString(6)),
            row.RealOf(7),
            row.TextOf(8),
            row.TextOf(9),
            row.TextOf(10),
            row.WholeOf(11),
            row.WholeOf(12)),
        row.IsDBNull(FirstTradeColumn) ? null : TradeRows.Trade(row, FirstTradeColumn));
}
