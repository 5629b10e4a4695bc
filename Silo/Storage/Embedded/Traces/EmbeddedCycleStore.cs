using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Bots.Traces.Policy;

namespace ControlPlane.Silo.Storage.Embedded.Traces;

/// <summary>Cycles in the embedded database.</summary>
internal sealed class EmbeddedCycleStore(EmbeddedDatabase database) : ICycleStore
{
    public Task<ImmutableArray<TraceWrite>> AppendAsync(string botId, IReadOnlyList<CycleTrace> cycles, CancellationToken cancellationToken) =>
        database.WriteAsync(WriteLane.Bulk, cycles.Count, session => Append(session, botId, cycles), cancellationToken);

    public Task<BotFunnel> ReadFunnelAsync(string botId, DateTimeOffset from, CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            var rows = session.Prepare(
                "SELECT outcome, COUNT(*), SUM(signals), SUM(survived_risk), SUM(sent) FROM bot_cycles " +
                "WHERE bot_id = ? AND occurred_at >= ? GROUP BY outcome")
                .With(botId).With(UnixMicroseconds.From(from));
            var funnel = new BotFunnel(0, 0, 0, 0, 0, 0, 0, 0, 0);
            while (rows.Read())
            {
                var (end, times) = (CycleWords.End(rows.Text(0)), rows.Int64(1));
                funnel = new(
                    funnel.Cycles + times,
                    funnel.Signals + rows.Int64(2),
                    funnel.SurvivedRisk + rows.Int64(3),
                    funnel.Sent + rows.Int64(4),
                    0,
                    funnel.Traded + (end == CycleEnd.Traded ? times : 0),
                    funnel.NoSignal + (end == CycleEnd.NoSignal ? times : 0),
                    funnel.Suppressed + (end == CycleEnd.Suppressed ? times : 0),
                    funnel.Errors + (end == CycleEnd.Error ? times : 0));
            }

            // Filled is what trades say, whatever the cycles tell.
            var filled = session.Prepare("SELECT COUNT(*) FROM checked_orders WHERE bot_id = ? AND granted_at >= ? AND filled <> '0'").With(botId).With(UnixMicroseconds.From(from)).ReadAll(row => row.Int64(0));
            return funnel with { Filled = Math.Min(funnel.Sent, filled[0]) };
        },
        cancellationToken);

    public Task<long> PurgeAsync(DateTimeOffset olderThan, CancellationToken cancellationToken) => TraceRows.PurgeAsync(
        database,
        (session, some) => session
            .Prepare("DELETE FROM bot_cycles WHERE id IN (SELECT id FROM bot_cycles WHERE occurred_at < ? LIMIT ?)")
            .With(UnixMicroseconds.From(olderThan)).With(some).Run(),
        cancellationToken);

    private static ImmutableArray<TraceWrite> Append(SqliteSession session, string botId, IReadOnlyList<CycleTrace> cycles)
    {
        TraceRows.Touch(session, botId);
        var activity = session.Prepare("SELECT cycles FROM bot_activity WHERE bot_id = ?").With(botId);
        activity.Read();
        var ordinal = activity.Int64(0);
        activity.Reset();

        var outcome = ImmutableArray.CreateBuilder<TraceWrite>(cycles.Count);
        long? signal = null;
        DateTimeOffset? signalAt = null;
        foreach (var cycle in cycles)
        {
            var write = Write(session, botId, cycle, ordinal + 1);
            outcome.Add(write);
            if (write != TraceWrite.Written)
            {
                continue;
            }

            ordinal++;
            if (cycle.Signals > 0)
            {
                (signal, signalAt) = (ordinal, cycle.OccurredAt);
            }
        }

        session.Prepare("UPDATE bot_activity SET cycles = ?, last_cycle_at = MAX(COALESCE(last_cycle_at, ?), ?) WHERE bot_id = ?")
            .With(ordinal).With(long.MinValue).With(UnixMicroseconds.From(cycles.Max(c => c.OccurredAt))).With(botId).Run();
        if (signal is { } last)
        {
            NoteSignal(session, botId, last, signalAt!.Value);
        }

        return outcome.MoveToImmutable();
    }

    private static TraceWrite Write(SqliteSession session, string botId, CycleTrace cycle, long ordinal)
    {
        var end = CycleWords.Word(cycle.End);
        var written = session.Prepare(
            "INSERT INTO bot_cycles (bot_id, cycle_id, ordinal, occurred_at, outcome, signals, survived_risk, sent, filled, trace_id, received_at) " +
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")
            .With(botId).With(cycle.CycleId).With(ordinal).With(UnixMicroseconds.From(cycle.OccurredAt)).With(end).With(cycle.Signals)
            .With(cycle.SurvivedRisk).With(cycle.Sent).With(cycle.Filled).With(cycle.TraceId)
            .With(cycle.ReceivedAt is { } received ? UnixMicroseconds.From(received) : null).Run() > 0;
        if (written)
        {
            return TraceWrite.Written;
        }

        var known = session.Prepare("SELECT outcome FROM bot_cycles WHERE bot_id = ? AND cycle_id = ?").With(botId).With(cycle.CycleId);
        known.Read();
        var same = known.Text(0) == end;
        known.Reset();
        return same ? TraceWrite.Duplicate : TraceWrite.Conflict;
    }

    private static void NoteSignal(SqliteSession session, string botId, long ordinal, DateTimeOffset at)
    {
        var signals = session.Prepare("SELECT ordinal FROM bot_cycles WHERE bot_id = ? AND signals > 0 ORDER BY ordinal DESC LIMIT ?")
            .With(botId).With(BlindPolicy.KeptGaps + 1).ReadAll(row => row.Int64(0));
        var (gaps, p95) = BlindPolicy.Usual(signals);
        session.Prepare("UPDATE bot_activity SET last_signal = ?, last_signal_at = ?, gaps = ?, gap_p95 = ? WHERE bot_id = ?")
            .With(ordinal).With(UnixMicroseconds.From(at)).With(gaps).With(p95).With(botId).Run();
    }
}
