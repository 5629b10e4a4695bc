using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Autonomy;
using ControlPlane.Grains.Autonomy.Policy;
using ControlPlane.Grains.Risk.Symbols;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres.Autonomy;

/// <summary>Evidence and scores in PostgreSQL.</summary>
internal sealed class PostgresAutonomyEvidenceStore(PostgresDatabase database) : IAutonomyEvidenceStore
{
    private const long SecondsPerHour = 3_600;

    public Task<AutonomyEvidence> ReadAsync(string botId, DateTimeOffset from, DateTimeOffset settledBy, CancellationToken cancellationToken, SymbolNames? names = null) =>
        database.ExecuteAsync((connection, token) => AutonomyEvidenceQuery.RunAsync(connection, botId, from, settledBy, names ?? SymbolNames.Plain, token), cancellationToken);

    public Task<ImmutableArray<string>> BotsWithEvidenceAsync(DateTimeOffset? since, CancellationToken cancellationToken) => database.ExecuteAsync(
        async (connection, token) => (await (since is { } from
            ? connection.Statement(
                "SELECT bot_id FROM bots WHERE bot_id IN (SELECT bot_id FROM usage_bots WHERE last_used_at >= $1 " +
                "UNION ALL SELECT bot_id FROM bot_activity WHERE last_cycle_at >= $1 OR last_decision_at >= $1) ORDER BY bot_id COLLATE \"C\"")
                .With(PostgresStatement.Instant(from))
            : connection.Statement("SELECT bot_id FROM bots ORDER BY bot_id COLLATE \"C\"")).ListAsync(row => row.GetString(0), token)).ToImmutableArray(),
        cancellationToken);

    public Task AddHeartbeatsAsync(string botId, DateTimeOffset at, long kept, long missed, CancellationToken cancellationToken) => database.ExecuteAsync(
        (connection, token) => connection.Statement(
            "INSERT INTO bot_heartbeats AS stored (bot_id, hour_s, last_at, kept, missed) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (bot_id, hour_s) DO UPDATE " +
            "SET kept = stored.kept + excluded.kept, missed = stored.missed + excluded.missed, last_at = GREATEST(stored.last_at, excluded.last_at)")
            .With(botId).With(UnixMicroseconds.FloorDivide(at.ToUnixTimeSeconds(), SecondsPerHour) * SecondsPerHour).With(PostgresStatement.Instant(at))
            .With(kept).With(missed).RunAsync(token),
        cancellationToken);

    public Task AppendScoreAsync(string botId, AutonomyStep step, CancellationToken cancellationToken) => database.ExecuteAsync(
        (connection, token) => connection.Statement(
            "INSERT INTO autonomy_scores (bot_id, at, tier, score, reason, by_whom) VALUES ($1, $2, $3, NULLIF($4, -1), $5, $6)")
            .With(botId).With(PostgresStatement.Instant(step.At)).With((short)step.Tier).With(step.Score ?? -1).With(step.Reason).With(step.By).RunAsync(token),
        cancellationToken);

    public Task<ImmutableArray<AutonomyStep>> ScoresAsync(string botId, int limit, CancellationToken cancellationToken) => database.ExecuteAsync(
        async (connection, token) => (await connection.Statement(
            "SELECT at, tier, score, reason, by_whom FROM autonomy_scores WHERE bot_id = $1 ORDER BY id DESC LIMIT $2").With(botId).With((long)limit)
            .ListAsync(row => new AutonomyStep(row.InstantOf(0), (AutonomyTier)row.GetInt16(1), Real(row, 2), row.GetString(3), row.TextOf(4)), token)).ToImmutableArray(),
        cancellationToken);

    public Task<ImmutableDictionary<string, double?>> LastScoresAsync(CancellationToken cancellationToken) => database.ExecuteAsync(
        async (connection, token) => (await connection.Statement(
            "SELECT bot_id, (SELECT score FROM autonomy_scores s WHERE s.bot_id = bots.bot_id ORDER BY s.id DESC LIMIT 1) FROM bots")
            .ListAsync(row => (Bot: row.GetString(0), Score: Real(row, 1)), token)).ToImmutableDictionary(r => r.Bot, r => r.Score, StringComparer.Ordinal),
        cancellationToken);

    private static double? Real(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetDouble(column);
}
