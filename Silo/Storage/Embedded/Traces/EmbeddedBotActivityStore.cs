using System.Collections.Immutable;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Losses;

namespace ControlPlane.Silo.Storage.Embedded.Traces;

/// <summary>What bots have been doing, from the embedded database.</summary>
internal sealed class EmbeddedBotActivityStore(EmbeddedDatabase database) : IBotActivityStore
{
    private const string Columns = "bot_id, last_decision_at, last_cycle_at, cycles, last_signal, last_signal_at, gaps, gap_p95";

    public Task<BotActivity?> ReadAsync(string botId, DateTimeOffset from, CancellationToken cancellationToken) => database.ReadAsync(
        session => InOneView(session, () =>
        {
            var row = session.Prepare($"SELECT {Columns} FROM bot_activity WHERE bot_id = ?").With(botId);
            var since = UnixMicroseconds.From(from);
            var trades = Trades(session.Prepare("SELECT bot_id, COUNT(*) FROM trade_log WHERE bot_id = ? AND opened_at >= ? GROUP BY bot_id").With(botId).With(since));
            var pnl = Pnl(session.Prepare("SELECT bot_id, currency, pnl, rate FROM trade_log WHERE bot_id = ? AND realised_at >= ?").With(botId).With(since));
            return row.ReadAll(r => Activity(r, trades, pnl)).FirstOrDefault();
        }),
        cancellationToken);

    public Task<ImmutableDictionary<string, BotActivity>> ReadAllAsync(DateTimeOffset from, CancellationToken cancellationToken) => database.ReadAsync(
        session => InOneView(session, () =>
        {
            var since = UnixMicroseconds.From(from);
            var trades = Trades(session.Prepare("SELECT bot_id, COUNT(*) FROM trade_log WHERE opened_at >= ? GROUP BY bot_id").With(since));
            var pnl = Pnl(session.Prepare("SELECT bot_id, currency, pnl, rate FROM trade_log WHERE realised_at >= ?").With(since));
            var bots = ImmutableDictionary.CreateBuilder<string, BotActivity>(StringComparer.Ordinal);
            var rows = session.Prepare($"SELECT {Columns} FROM bot_activity");
            while (rows.Read())
            {
                bots[rows.Text(0)] = Activity(rows, trades, pnl);
            }

            return bots.ToImmutable();
        }),
        cancellationToken);

    private static T InOneView<T>(SqliteSession session, Func<T> read)
    {
        session.Prepare("BEGIN").Run();
        var result = read();
        session.Prepare("COMMIT").Run();
        return result;
    }

    private static Dictionary<string, long> Trades(Statement rows)
    {
        var trades = new Dictionary<string, long>(StringComparer.Ordinal);
        while (rows.Read())
        {
            trades[rows.Text(0)] = rows.Int64(1);
        }

        return trades;
    }

    // Summed here: the database would sum in binary fractions.
    private static Dictionary<string, ImmutableArray<RealisedPart>> Pnl(Statement rows)
    {
        var realised = new List<(string Bot, string? Currency, decimal? Pnl, decimal? Rate)>();
        while (rows.Read())
        {
            realised.Add((rows.Text(0), rows.NullableText(1), rows.NullableDecimal(2), rows.NullableDecimal(3)));
        }

        return realised.GroupBy(r => r.Bot, StringComparer.Ordinal).ToDictionary(g => g.Key, g => RealisedRows.Parts(g.Select(r => (r.Currency, r.Pnl, r.Rate))), StringComparer.Ordinal);
    }

    private static BotActivity Activity(Statement row, Dictionary<string, long> trades, Dictionary<string, ImmutableArray<RealisedPart>> pnl)
    {
        var id = row.Text(0);
        var cycles = row.Int64(3);
        return new(
            row.NullableInstant(1),
            trades.GetValueOrDefault(id),
            pnl.GetValueOrDefault(id, []),
            row.NullableInstant(2),
            cycles,
            cycles - (row.NullableInt64(4) ?? 0),
            row.NullableInstant(5),
            row.Int32(6),
            row.NullableInt64(7));
    }
}
