using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Bots.Traces.Policy;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres.Traces;

/// <summary>Cycles in PostgreSQL.</summary>
internal sealed class PostgresCycleStore(PostgresDatabase database) : ICycleStore
{
    public Task<ImmutableArray<TraceWrite>> AppendAsync(string botId, IReadOnlyList<CycleTrace> cycles, CancellationToken cancellationToken) =>
        BotTransaction.RunAsync(database, botId, (connection, token) => AppendAsync(connection, botId, cycles, token), cancellationToken);

    public Task<BotFunnel> ReadFunnelAsync(string botId, DateTimeOffset from, CancellationToken cancellationToken) => database.ExecuteAsync(
        async (connection, token) => (await connection.Statement(
            "SELECT COUNT(*), COALESCE(SUM(signals), 0)::bigint, COALESCE(SUM(survived_risk), 0)::bigint, COALESCE(SUM(sent), 0)::bigint, " +
            "LEAST(COALESCE(SUM(sent), 0), (SELECT COUNT(*) FROM checked_orders WHERE bot_id = $1 AND granted_at >= $2 AND filled > 0))::bigint, COUNT(*) FILTER (WHERE outcome = 'traded'), COUNT(*) FILTER (WHERE outcome = 'no_signal'), " +
            "COUNT(*) FILTER (WHERE outcome = 'suppressed'), COUNT(*) FILTER (WHERE outcome = 'error') " +
            "FROM bot_cycles WHERE bot_id = $1 AND occurred_at >= $2")
            .With(botId).With(PostgresStatement.Instant(from))
            .ListAsync(
                row => new BotFunnel(
                    row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6), row.GetInt64(7), row.GetInt64(8)),
                token)).Single(),
        cancellationToken);

    public Task<long> PurgeAsync(DateTimeOffset olderThan, CancellationToken cancellationToken) =>
        PostgresPurge.RunAsync(database, PostgresPurge.Rows("bot_cycles", "occurred_at"), olderThan, cancellationToken);

    private static async Task<ImmutableArray<TraceWrite>> AppendAsync(
        NpgsqlConnection connection, string botId, IReadOnlyList<CycleTrace> cycles, CancellationToken cancellationToken)
    {
        await BotTransaction.TouchAsync(connection, botId, cancellationToken);
        var ordinal = (await connection.Statement("SELECT cycles FROM bot_activity WHERE bot_id = $1").With(botId)
            .ListAsync(row => row.GetInt64(0), cancellationToken)).Single();
        var known = (await connection.Statement("SELECT cycle_id, outcome FROM bot_cycles WHERE bot_id = $1 AND cycle_id = ANY ($2)")
            .With(botId).With(cycles.Select(c => c.CycleId).ToArray()).ListAsync(row => (Id: row.GetString(0), Outcome: row.GetString(1)), cancellationToken))
            .ToDictionary(c => c.Id, c => c.Outcome, StringComparer.Ordinal);

        var outcome = ImmutableArray.CreateBuilder<TraceWrite>(cycles.Count);
        var batch = new NpgsqlBatch(connection);
        (long Ordinal, DateTimeOffset At)? signal = null;
        foreach (var cycle in cycles)
        {
            var end = CycleWords.Word(cycle.End);
            if (known.TryGetValue(cycle.CycleId, out var was))
            {
                outcome.Add(was == end ? TraceWrite.Duplicate : TraceWrite.Conflict);
                continue;
            }

            known[cycle.CycleId] = end;
            outcome.Add(TraceWrite.Written);
            batch.Add(
                "INSERT INTO bot_cycles (bot_id, cycle_id, ordinal, occurred_at, outcome, signals, survived_risk, sent, filled, trace_id, received_at) " +
                "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)")
                .With(botId).With(cycle.CycleId).With(++ordinal).With(PostgresStatement.Instant(cycle.OccurredAt)).With(end).With(cycle.Signals)
                .With(cycle.SurvivedRisk).With(cycle.Sent).With(cycle.Filled).With(cycle.TraceId).WithSome(cycle.ReceivedAt);
            if (cycle.Signals > 0) signal = (ordinal, cycle.OccurredAt);
        }

        await batch.RunAsync(cancellationToken);
        await connection.Statement("UPDATE bot_activity SET cycles = $1, last_cycle_at = GREATEST(last_cycle_at, $2) WHERE bot_id = $3")
            .With(ordinal).With(PostgresStatement.Instant(cycles.Max(c => c.OccurredAt))).With(botId).RunAsync(cancellationToken);
        if (signal is { } last) await NoteSignalAsync(connection, botId, last.Ordinal, last.At, cancellationToken);
        return outcome.MoveToImmutable();
    }

    private static async Task NoteSignalAsync(NpgsqlConnection connection, string botId, long ordinal, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var signals = await connection.Statement("SELECT ordinal FROM bot_cycles WHERE bot_id = $1 AND signals > 0 ORDER BY ordinal DESC LIMIT $2")
            .With(botId).With(BlindPolicy.KeptGaps + 1L).ListAsync(row => row.GetInt64(0), cancellationToken);
        var (gaps, p95) = BlindPolicy.Usual(signals);
        var batch = new NpgsqlBatch(connection);
        batch.Add("UPDATE bot_activity SET last_signal = $1, last_signal_at = $2, gaps = $3, gap_p95 = $4 WHERE bot_id = $5")
            .With(ordinal).With(PostgresStatement.Instant(at)).With(gaps).WithSome(p95).With(botId);
        await batch.RunAsync(cancellationToken);
    }
}
