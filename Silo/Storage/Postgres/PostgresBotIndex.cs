using System.Collections.Immutable;
using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres;

/// <summary>The list of bots in PostgreSQL.</summary>
internal sealed class PostgresBotIndex(PostgresDatabase database) : IBotIndex
{
    private const string Columns =
        "bot_id, name, user_id, requires, mode, risk_limits, tier, kill_engaged, kill_reason, kill_by, kill_since, kill_durable, allowed_symbols, model, runner_watched, terms, registered_at";

    private const string Upsert =
        $"INSERT INTO bots ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) ON CONFLICT (bot_id) DO UPDATE SET " +
        "name = excluded.name, user_id = excluded.user_id, requires = excluded.requires, mode = excluded.mode, risk_limits = excluded.risk_limits, " +
        "tier = excluded.tier, kill_engaged = excluded.kill_engaged, kill_reason = excluded.kill_reason, kill_by = excluded.kill_by, " +
        "kill_since = excluded.kill_since, kill_durable = excluded.kill_durable, allowed_symbols = excluded.allowed_symbols, model = excluded.model, runner_watched = excluded.runner_watched, terms = excluded.terms, registered_at = excluded.registered_at";

    public Task UpsertAsync(BotIndexRow row, CancellationToken cancellationToken) =>
        database.ExecuteAsync((connection, token) => PutAsync(connection, row, token), cancellationToken);

    // The lock is held before the count is taken, by all hosts: nobody comes between the count and the row.
    public Task<bool> TryAddAsync(BotIndexRow row, int max, CancellationToken cancellationToken) => database.ExecuteAsync(
        async (connection, token) =>
        {
            await using var transaction = await connection.BeginTransactionAsync(token);
            await connection.Statement("SELECT pg_advisory_xact_lock(hashtextextended('bots', 0))").RunAsync(token);
            var others = (await connection.Statement("SELECT COUNT(*) FROM bots WHERE bot_id <> $1").With(row.BotId).ListAsync(count => count.GetInt64(0), token)).Single();
            if (others >= max) return false;
            await PutAsync(connection, row, token);
            await transaction.CommitAsync(token);
            return true;
        },
        cancellationToken);

    public Task RemoveAsync(string botId, CancellationToken cancellationToken) => database.ExecuteAsync(
        (connection, token) => connection.Statement("DELETE FROM bots WHERE bot_id = $1").With(botId).RunAsync(token), cancellationToken);

    public Task<ImmutableArray<BotIndexRow>> ListAsync(CancellationToken cancellationToken) => database.ExecuteAsync(
        async (connection, token) =>
            (await connection.Statement($"SELECT {Columns} FROM bots ORDER BY bot_id").ListAsync(Bot, token)).ToImmutableArray(),
        cancellationToken);

    private static Task<int> PutAsync(NpgsqlConnection connection, BotIndexRow row, CancellationToken cancellationToken) => connection.Statement(Upsert)
        .With(row.BotId).With(row.Spec.Name).With(row.Spec.UserId).With(JsonSerializer.Serialize(row.Spec.Requires))
        .With((short)row.Spec.Mode).With(JsonSerializer.Serialize(row.Spec.RiskLimits)).With((short)row.Tier)
        .With(row.Kill.Engaged).With(row.Kill.Reason).With(row.Kill.By)
        .With(row.Kill.Since is { } since ? PostgresStatement.Instant(since) : (DateTime?)null).With(row.Kill.Durable)
        .With(row.Spec.AllowedSymbols is { } symbols ? JsonSerializer.Serialize(symbols) : null).With(row.Spec.Model).With(row.RunnerWatched)
        .With(row.Spec.Terms is { } terms ? JsonSerializer.Serialize(terms) : null)
        .With(row.RegisteredAt is { } registered ? PostgresStatement.Instant(registered) : (DateTime?)null).RunAsync(cancellationToken);

    private static BotIndexRow Bot(NpgsqlDataReader row) => new(
        row.GetString(0),
        new BotSpec(
            row.GetString(1),
            row.TextOf(2),
            JsonSerializer.Deserialize<ImmutableSortedSet<string>>(row.GetString(3))!,
            (TradingMode)row.GetInt16(4),
            JsonSerializer.Deserialize<ImmutableSortedDictionary<string, decimal>>(row.GetString(5))!,
            row.TextOf(12) is { } symbols ? JsonSerializer.Deserialize<ImmutableSortedSet<string>>(symbols) : null,
            row.TextOf(13),
            row.TextOf(15) is { } terms ? JsonSerializer.Deserialize<BotTerms>(terms) : null),
        (AutonomyTier)row.GetInt16(6),
        new KillSwitch(
            row.GetBoolean(7),
            row.TextOf(8),
            row.TextOf(9),
            row.IsDBNull(10) ? null : row.InstantOf(10),
            row.GetBoolean(11)),
        row.GetBoolean(14),
        row.IsDBNull(16) ? null : row.InstantOf(16));
}
