using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Autonomy;
using ControlPlane.Grains.Autonomy.Policy;
using ControlPlane.Grains.Risk.Symbols;

namespace ControlPlane.Silo.Storage.Embedded.Autonomy;

/// <summary>Evidence and scores in the embedded database.</summary>
internal sealed class EmbeddedAutonomyEvidenceStore(EmbeddedDatabase database) : IAutonomyEvidenceStore
{
    private const long SecondsPerHour = 3_600;

    public Task<AutonomyEvidence> ReadAsync(string botId, DateTimeOffset from, DateTimeOffset settledBy, CancellationToken cancellationToken, SymbolNames? names = null) =>
        database.ReadAsync(session => AutonomyEvidenceQuery.Run(session, botId, from, settledBy, names ?? SymbolNames.Plain), cancellationToken);

    public Task<ImmutableArray<string>> BotsWithEvidenceAsync(DateTimeOffset? since, CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            var rows = since is { } from
                ? session.Prepare(
                    "SELECT bot_id FROM bots WHERE bot_id IN (SELECT bot_id FROM usage_bots WHERE last_used_at >= ? " +
                    "UNION ALL SELECT bot_id FROM bot_activity WHERE last_cycle_at >= ? OR last_decision_at >= ?) ORDER BY bot_id")
                    .With(UnixMicroseconds.From(from)).With(UnixMicroseconds.From(from)).With(UnixMicroseconds.From(from))
                : session.Prepare("SELECT bot_id FROM bots ORDER BY bot_id");
            var bots = ImmutableArray.CreateBuilder<string>();
            while (rows.Read())
            {
                bots.Add(rows.Text(0));
            }

            return bots.ToImmutable();
        },
        cancellationToken);

    public Task AddHeartbeatsAsync(string botId, DateTimeOffset at, long kept, long missed, CancellationToken cancellationToken) => database.WriteAsync(
        WriteLane.Control,
        rows: 1,
        session => session.Prepare(
            "INSERT INTO bot_heartbeats (bot_id, hour_s, last_at, kept, missed) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE " +
            "SET kept = kept + excluded.kept, missed = missed + excluded.missed, last_at = MAX(last_at, excluded.last_at)")
            .With(botId).With(UnixMicroseconds.FloorDivide(at.ToUnixTimeSeconds(), SecondsPerHour) * SecondsPerHour).With(UnixMicroseconds.From(at))
            .With(kept).With(missed).Run(),
        cancellationToken);

    public Task AppendScoreAsync(string botId, AutonomyStep step, CancellationToken cancellationToken) => database.WriteAsync(
        WriteLane.Control,
        rows: 1,
        session => session.Prepare("INSERT INTO autonomy_scores (bot_id, at, tier, score, reason, by_whom) VALUES (?, ?, ?, ?, ?, ?)")
            .With(botId).With(UnixMicroseconds.From(step.At)).With((long)step.Tier).WithReal(step.Score).With(step.Reason).With(step.By).Run(),
        cancellationToken);

    public Task<ImmutableArray<AutonomyStep>> ScoresAsync(string botId, int limit, CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            var rows = session.Prepare("SELECT at, tier, score, reason, by_whom FROM autonomy_scores WHERE bot_id = ? ORDER BY id DESC LIMIT ?").With(botId).With(limit);
            var steps = ImmutableArray.CreateBuilder<AutonomyStep>();
            while (rows.Read())
            {
                steps.Add(new(rows.Instant(0), (AutonomyTier)rows.Int32(1), rows.NullableReal(2), rows.Text(3), rows.NullableText(4)));
            }

            return steps.ToImmutable();
        },
        cancellationToken);

    public Task<ImmutableDictionary<string, double?>> LastScoresAsync(CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            var rows = session.Prepare(
                "SELECT bot_id, (SELECT score FROM autonomy_scores s WHERE s.bot_id = bots.bot_id ORDER BY s.id DESC LIMIT 1) FROM bots");
            var scores = ImmutableDictionary.CreateBuilder<string, double?>(StringComparer.Ordinal);
            while (rows.Read())
            {
                scores[rows.Text(0)] = rows.NullableReal(1);
            }

            return scores.ToImmutable();
        },
        cancellationToken);
}
