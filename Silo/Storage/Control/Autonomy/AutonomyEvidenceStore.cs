using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Autonomy;
using ControlPlane.Grains.Autonomy.Policy;
using ControlPlane.Grains.Risk.Symbols;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control.Autonomy;

/// <summary>Evidence and scores.</summary>
internal sealed class AutonomyEvidenceStore(IControlDatabase database) : IAutonomyEvidenceStore
{
    private const long SecondsPerHour = 3_600;

    public Task<AutonomyEvidence> ReadAsync(string botId, DateTimeOffset from, DateTimeOffset settledBy, CancellationToken cancellationToken, SymbolNames? names = null) =>
        database.ReadAtOnceAsync(session => AutonomyEvidenceQuery.RunAsync(session, botId, from, settledBy, names ?? SymbolNames.Plain), cancellationToken);

    public Task<ImmutableArray<string>> BotsWithEvidenceAsync(DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var active = since is null ? "" : "WHERE bot_id IN (SELECT bot_id FROM usage_bots WHERE last_used_at >= @Since " +
            "UNION ALL SELECT bot_id FROM bot_activity WHERE last_cycle_at >= @Since OR last_decision_at >= @Since) ";
        return database.ListAsync<string>($"SELECT bot_id FROM bots {active}ORDER BY bot_id{database.Sql.ByBytes}", new { Since = (Instant?)since }, cancellationToken);
    }

    public Task AddHeartbeatsAsync(string botId, DateTimeOffset at, long kept, long missed, CancellationToken cancellationToken) => database.RunAsync(
        "INSERT INTO bot_heartbeats (bot_id, hour_s, last_at, kept, missed) VALUES (@BotId, @HourS, @At, @Kept, @Missed) ON CONFLICT (bot_id, hour_s) DO UPDATE SET " +
        "kept = bot_heartbeats.kept + excluded.kept, missed = bot_heartbeats.missed + excluded.missed, " +
        $"last_at = {database.Sql.Greatest}(bot_heartbeats.last_at, excluded.last_at)",
        new { BotId = botId, HourS = UnixMicroseconds.FloorDivide(at.ToUnixTimeSeconds(), SecondsPerHour) * SecondsPerHour, At = (Instant)at, Kept = kept, Missed = missed },
        cancellationToken);

    public Task AppendScoreAsync(string botId, AutonomyStep step, CancellationToken cancellationToken) => database.RunAsync(
        "INSERT INTO autonomy_scores (bot_id, at, tier, score, reason, by_whom) VALUES (@BotId, @At, @Tier, @Score, @Reason, @ByWhom)",
        new ScoreRow { BotId = botId, At = step.At, Tier = (int)step.Tier, Score = step.Score, Reason = step.Reason, ByWhom = step.By },
        cancellationToken);

    public async Task<ImmutableArray<AutonomyStep>> ScoresAsync(string botId, int limit, CancellationToken cancellationToken) =>
    [
        .. (await database.ListAsync<ScoreRow>(
            "SELECT at, tier, score, reason, by_whom FROM autonomy_scores WHERE bot_id = @BotId ORDER BY id DESC LIMIT @Limit", new { BotId = botId, Limit = limit }, cancellationToken))
            .Select(row => new AutonomyStep(row.At, (AutonomyTier)row.Tier, row.Score, row.Reason, row.ByWhom)),
    ];

    public async Task<ImmutableDictionary<string, double?>> LastScoresAsync(CancellationToken cancellationToken) => (await database.ListAsync<ScoreRow>(
        "SELECT bot_id, (SELECT score FROM autonomy_scores s WHERE s.bot_id = bots.bot_id ORDER BY s.id DESC LIMIT 1) AS score FROM bots", null, cancellationToken))
        .ToImmutableDictionary(row => row.BotId, row => row.Score, StringComparer.Ordinal);

    private sealed class ScoreRow
    {
        public string BotId { get; init; } = "";
        public Instant At { get; init; }
        public int Tier { get; init; }
        public double? Score { get; init; }
        public string Reason { get; init; } = "";
        public string? ByWhom { get; init; }
    }
}
