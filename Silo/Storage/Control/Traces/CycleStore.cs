using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Bots.Traces.Policy;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control.Traces;

/// <summary>Cycles.</summary>
internal sealed class CycleStore(IControlDatabase database) : ICycleStore
{
    private static readonly ColumnList s_columns = new(
        "bot_id, cycle_id, ordinal, occurred_at, outcome, signals, survived_risk, sent, filled, trace_id, received_at");

    public Task<ImmutableArray<TraceWrite>> AppendAsync(string botId, IReadOnlyList<CycleTrace> cycles, CancellationToken cancellationToken) =>
        database.WriteAsync(WriteScope.Bulk(cycles.Count).Of(botId), session => AppendAsync(session, botId, cycles), cancellationToken);

    public Task<BotFunnel> ReadFunnelAsync(string botId, DateTimeOffset from, CancellationToken cancellationToken) => database.ReadAtOnceAsync(
        async session =>
        {
            var of = new { BotId = botId, From = (Instant)from };
            var rows = await session.ListAsync<FunnelRow>(
                "SELECT outcome, COUNT(*) AS cycles, SUM(signals) AS signals, SUM(survived_risk) AS survived_risk, SUM(sent) AS sent FROM bot_cycles " +
                "WHERE bot_id = @BotId AND occurred_at >= @From GROUP BY outcome",
                of);

            // Filled is what trades say, whatever the cycles tell.
            var filled = await session.FirstAsync<long>("SELECT COUNT(*) FROM checked_orders WHERE bot_id = @BotId AND granted_at >= @From AND filled <> '0'", of);
            long Ended(CycleEnd end) => rows.Where(row => CycleEndNames.Read(row.Outcome) == end).Sum(row => row.Cycles);
            var sent = rows.Sum(row => row.Sent);
            return new BotFunnel(
                rows.Sum(row => row.Cycles), rows.Sum(row => row.Signals), rows.Sum(row => row.SurvivedRisk), sent, Math.Min(sent, filled),
                Ended(CycleEnd.Traded), Ended(CycleEnd.NoSignal), Ended(CycleEnd.Suppressed), Ended(CycleEnd.Error));
        },
        cancellationToken);

    public Task<long> PurgeAsync(DateTimeOffset olderThan, CancellationToken cancellationToken) =>
        database.PurgeAsync("bot_cycles", "occurred_at < @Before", olderThan, cancellationToken);

    private static async Task<ImmutableArray<TraceWrite>> AppendAsync(SqlSession session, string botId, IReadOnlyList<CycleTrace> cycles)
    {
        await session.TouchAsync(botId);
        var ordinal = await session.FirstAsync<long>("SELECT cycles FROM bot_activity WHERE bot_id = @BotId", new { BotId = botId });
        var known = (await session.ListAsync<Row>(
            $"SELECT cycle_id, outcome FROM bot_cycles WHERE bot_id = @BotId AND {session.Sql.In("cycle_id", "Ids")}",
            new { BotId = botId, Ids = KeyList.Of(cycles.Select(c => c.CycleId)) })).ToDictionary(c => c.CycleId, c => c.Outcome, StringComparer.Ordinal);
        var outcome = ImmutableArray.CreateBuilder<TraceWrite>(cycles.Count);
        var added = new List<Row>();
        foreach (var cycle in cycles)
        {
            var end = CycleEndNames.Of(cycle.End);
            if (known.TryGetValue(cycle.CycleId, out var was))
            {
                outcome.Add(was == end ? TraceWrite.Duplicate : TraceWrite.Conflict);
                continue;
            }

            known[cycle.CycleId] = end;
            outcome.Add(TraceWrite.Written);
            added.Add(Row.Of(botId, cycle, ++ordinal));
        }

        await session.RunAllAsync($"INSERT INTO bot_cycles ({s_columns.Names}) VALUES ({s_columns.Values})", added);
        await session.RunAsync(
            $"UPDATE bot_activity SET cycles = @Cycles, last_cycle_at = {session.Sql.Greatest}(COALESCE(last_cycle_at, @At), @At) WHERE bot_id = @BotId",
            new { BotId = botId, Cycles = ordinal, At = (Instant)cycles.Max(c => c.OccurredAt) });
        if (added.FindLast(row => row.Signals > 0) is { } signal) await NoteSignalAsync(session, signal);
        return outcome.MoveToImmutable();
    }

    private static async Task NoteSignalAsync(SqlSession session, Row signal)
    {
        var signals = await session.ListAsync<long>(
            "SELECT ordinal FROM bot_cycles WHERE bot_id = @BotId AND signals > 0 ORDER BY ordinal DESC LIMIT @Limit", new { signal.BotId, Limit = BlindPolicy.KeptGaps + 1 });
        var (gaps, p95) = BlindPolicy.Usual(signals);
        await session.RunAsync(
            "UPDATE bot_activity SET last_signal = @Ordinal, last_signal_at = @OccurredAt, gaps = @Gaps, gap_p95 = @P95 WHERE bot_id = @BotId",
            new { signal.BotId, signal.Ordinal, signal.OccurredAt, Gaps = gaps, P95 = p95 });
    }

    private sealed class Row
    {
        public string BotId { get; init; } = "";
        public string CycleId { get; init; } = "";
        public long Ordinal { get; init; }
        public Instant OccurredAt { get; init; }
        public string Outcome { get; init; } = "";
        public int Signals { get; init; }
        public int SurvivedRisk { get; init; }
        public int Sent { get; init; }
        public int Filled { get; init; }
        public string? TraceId { get; init; }
        public Instant? ReceivedAt { get; init; }

        public static Row Of(string botId, CycleTrace cycle, long ordinal) => new()
        {
            BotId = botId,
            CycleId = cycle.CycleId,
            Ordinal = ordinal,
            OccurredAt = cycle.OccurredAt,
            Outcome = CycleEndNames.Of(cycle.End),
            Signals = cycle.Signals,
            SurvivedRisk = cycle.SurvivedRisk,
            Sent = cycle.Sent,
            Filled = cycle.Filled,
            TraceId = cycle.TraceId,
            ReceivedAt = cycle.ReceivedAt,
        };
    }

    private sealed class FunnelRow
    {
        public string Outcome { get; init; } = "";
        public long Cycles { get; init; }
        public long Signals { get; init; }
        public long SurvivedRisk { get; init; }
        public long Sent { get; init; }
    }
}
