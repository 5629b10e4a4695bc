using System.Collections.Immutable;
using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Silo.Storage.Embedded.Traces;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>The list of bots in the embedded database.</summary>
internal sealed class EmbeddedBotIndex(EmbeddedDatabase database) : IBotIndex
{
    private const string Columns =
        "bot_id, name, user_id, requires, mode, risk_limits, tier, kill_engaged, kill_reason, kill_by, kill_since, kill_durable, allowed_symbols, model, runner_watched, terms, registered_at";

    public Task UpsertAsync(BotIndexRow row, CancellationToken cancellationToken) =>
        database.WriteAsync(WriteLane.Control, rows: 1, session => Put(session, row), cancellationToken);

    // One writer at a time: nobody comes between the count and the row.
    public Task<bool> TryAddAsync(BotIndexRow row, int max, CancellationToken cancellationToken) => database.WriteAsync(
        WriteLane.Control,
        rows: 1,
        session =>
        {
            var others = session.Prepare("SELECT COUNT(*) FROM bots WHERE bot_id <> ?").With(row.BotId).ReadAll(count => count.Int64(0)).Single();
            if (others >= max) return false;
            Put(session, row);
            return true;
        },
        cancellationToken);

    public Task RemoveAsync(string botId, CancellationToken cancellationToken) =>
        database.WriteAsync(WriteLane.Control, rows: 1, session => session.Prepare("DELETE FROM bots WHERE bot_id = ?").With(botId).Run(), cancellationToken);

    public Task<ImmutableArray<BotIndexRow>> ListAsync(CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            var rows = session.Prepare($"SELECT {Columns} FROM bots ORDER BY bot_id");
            var bots = ImmutableArray.CreateBuilder<BotIndexRow>();
            while (rows.Read())
            {
                bots.Add(Bot(rows));
            }

            return bots.ToImmutable();
        },
        cancellationToken);

    private static int Put(SqliteSession session, BotIndexRow row) =>
        session.Prepare($"INSERT OR REPLACE INTO bots ({Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .With(row.BotId).With(row.Spec.Name).With(row.Spec.UserId).With(JsonSerializer.Serialize(row.Spec.Requires))
            .With((long)row.Spec.Mode).With(JsonSerializer.Serialize(row.Spec.RiskLimits)).With((long)row.Tier)
            .With(row.Kill.Engaged ? 1 : 0).With(row.Kill.Reason).With(row.Kill.By)
            .With(row.Kill.Since is { } since ? UnixMicroseconds.From(since) : null).With(row.Kill.Durable ? 1 : 0)
            .With(row.Spec.AllowedSymbols is { } symbols ? JsonSerializer.Serialize(symbols) : null).With(row.Spec.Model).With(row.RunnerWatched ? 1 : 0)
            .With(row.Spec.Terms is { } terms ? JsonSerializer.Serialize(terms) : null)
            .With(row.RegisteredAt is { } registered ? UnixMicroseconds.From(registered) : null).Run();

    private static BotIndexRow Bot(Statement row) => new(
        row.Text(0),
        new BotSpec(
            row.Text(1),
            row.NullableText(2),
            JsonSerializer.Deserialize<ImmutableSortedSet<string>>(row.Text(3))!,
            (TradingMode)row.Int32(4),
            JsonSerializer.Deserialize<ImmutableSortedDictionary<string, decimal>>(row.Text(5))!,
            row.NullableText(12) is { } symbols ? JsonSerializer.Deserialize<ImmutableSortedSet<string>>(symbols) : null,
            row.NullableText(13),
            row.NullableText(15) is { } terms ? JsonSerializer.Deserialize<BotTerms>(terms) : null),
        (AutonomyTier)row.Int32(6),
        new KillSwitch(
            row.Int64(7) != 0,
            row.NullableText(8),
            row.NullableText(9),
            row.IsNull(10) ? null : row.Instant(10),
            row.Int64(11) != 0),
        row.Int64(14) != 0,
        row.NullableInstant(16));
}
