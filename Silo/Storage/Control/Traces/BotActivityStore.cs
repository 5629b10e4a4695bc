using System.Collections.Immutable;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Losses;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control.Traces;

/// <summary>What bots have been doing.</summary>
internal sealed class BotActivityStore(IControlDatabase database, Currencies currencies) : IBotActivityStore
{
    public async Task<BotActivity?> ReadAsync(string botId, DateTimeOffset from, CancellationToken cancellationToken) =>
        (await ReadAsync(botId, "bot_id = @BotId", from, cancellationToken)).GetValueOrDefault(botId);

    public Task<ImmutableDictionary<string, BotActivity>> ReadAllAsync(DateTimeOffset from, CancellationToken cancellationToken) =>
        ReadAsync(null, "1 = 1", from, cancellationToken);

    private Task<ImmutableDictionary<string, BotActivity>> ReadAsync(string? botId, string ofBot, DateTimeOffset from, CancellationToken cancellationToken) => database.ReadAtOnceAsync(
        async session =>
        {
            var parameters = new { BotId = botId, From = (Instant)from };
            var rows = await session.ListAsync<Row>(
                $"SELECT bot_id, last_decision_at, last_cycle_at, cycles, last_signal, last_signal_at, gaps, gap_p95 FROM bot_activity WHERE {ofBot}", parameters);
            var trades = (await session.ListAsync<TradesRow>(
                $"SELECT bot_id, COUNT(*) AS trades FROM trade_log WHERE {ofBot} AND opened_at >= @From GROUP BY bot_id", parameters))
                .ToDictionary(row => row.BotId, row => row.Trades, StringComparer.Ordinal);
            var realised = await Realised.ReadAsync(session, currencies, botId, from);
            return rows.ToImmutableDictionary(
                row => row.BotId, row => row.Activity(trades.GetValueOrDefault(row.BotId), realised.GetValueOrDefault(row.BotId, [])), StringComparer.Ordinal);
        },
        cancellationToken);

    private sealed class Row
    {
        public string BotId { get; init; } = "";
        public Instant? LastDecisionAt { get; init; }
        public Instant? LastCycleAt { get; init; }
        public long Cycles { get; init; }
        public long? LastSignal { get; init; }
        public Instant? LastSignalAt { get; init; }
        public int Gaps { get; init; }
        public long? GapP95 { get; init; }

        public BotActivity Activity(long trades, ImmutableArray<RealisedPart> realised) =>
            new(LastDecisionAt, trades, realised, LastCycleAt, Cycles, Cycles - (LastSignal ?? 0), LastSignalAt, Gaps, GapP95);
    }

    private sealed class TradesRow
    {
        public string BotId { get; init; } = "";
        public long Trades { get; init; }
    }
}
