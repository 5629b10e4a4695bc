using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Grains.Alerts;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres.Alerts;

/// <summary>Alerts and their outbox in PostgreSQL.</summary>
internal sealed class PostgresAlertStore(PostgresDatabase database) : IAlertStore
{
    private const string ToCome = "SELECT alert_id FROM alert_notices WHERE NOT finished";

    public Task SaveAsync(AlertBatch batch, CancellationToken cancellationToken) => database.ExecuteAsync((connection, token) => SaveAsync(connection, batch, token), cancellationToken);

    public Task<AlertBatch> LoadAsync(CancellationToken cancellationToken) => database.ReadAtOnceAsync(
        async (connection, token) =>
        {
            var alerts = await connection.Statement($"SELECT document FROM alerts WHERE resolved_at IS NULL OR alert_id IN ({ToCome}) ORDER BY opened_at, id").ListAsync(row => Read<AlertRecord>(row, 0), token);
            var notices = await connection.Statement($"SELECT document FROM alert_notices WHERE alert_id IN (SELECT alert_id FROM alerts WHERE resolved_at IS NULL UNION {ToCome}) ORDER BY notice_id").ListAsync(row => Read<AlertNotice>(row, 0), token);
            var channels = await connection.Statement("SELECT document FROM alert_channels ORDER BY name").ListAsync(row => Read<AlertChannelStanding>(row, 0), token);
            return new AlertBatch([.. alerts], [.. notices], [.. channels]);
        },
        cancellationToken);

    public Task<Page<AlertView>> PageAsync(AlertFilter filter, int limit, string? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var cursor = PageCursor.Parse(PagedList.Alerts, before);
        var where = filter switch { AlertFilter.Open => "resolved_at IS NULL AND ", AlertFilter.Resolved => "resolved_at IS NOT NULL AND ", _ => "" };
        return database.ReadAtOnceAsync(
            async (connection, token) =>
            {
                var page = await connection.Statement($"SELECT id, opened_at, document FROM alerts WHERE {where}(opened_at, id) < ($1, $2) ORDER BY opened_at DESC, id DESC LIMIT $3")
                    .With(PostgresStatement.Instant(cursor.Time)).With(cursor.Row).With(limit + 1L)
                    .PageAsync(PagedList.Alerts, limit, row => Read<AlertRecord>(row, 2), row => new(row.MicrosecondsOf(1), row.GetInt64(0)), token);
                var ids = page.Items.Select(a => a.AlertId).ToArray();
                var notices = await connection.Statement("SELECT document FROM alert_notices WHERE alert_id = ANY ($1)").With(ids).ListAsync(row => Read<AlertNotice>(row, 0), token);
                var of = notices.ToLookup(n => n.AlertId, StringComparer.Ordinal);
                return new Page<AlertView>([.. page.Items.Select(a => new AlertView(a, [.. of[a.AlertId].OrderBy(n => n.CreatedAt).ThenBy(n => n.Event)]))], page.Next);
            },
            cancellationToken);
    }

    public Task<long> PurgeAsync(DateTimeOffset resolvedBefore, CancellationToken cancellationToken) => database.ExecuteAsync(
        async (connection, token) =>
        {
            var before = PostgresStatement.Instant(resolvedBefore);
            await connection.Statement("DELETE FROM alert_notices WHERE alert_id IN (SELECT alert_id FROM alerts WHERE resolved_at < $1)").With(before).RunAsync(token);
            return (long)await connection.Statement("DELETE FROM alerts WHERE resolved_at < $1").With(before).RunAsync(token);
        },
        cancellationToken);

    private static async Task<int> SaveAsync(NpgsqlConnection connection, AlertBatch batch, CancellationToken cancellationToken)
    {
        // The statements of a batch are one transaction.
        await using var statements = new NpgsqlBatch(connection);
        foreach (var row in batch.Alerts)
        {
            statements.Add(
                "INSERT INTO alerts (alert_id, opened_at, resolved_at, document) VALUES ($1, $2, $3, $4) " +
                "ON CONFLICT (alert_id) DO UPDATE SET resolved_at = excluded.resolved_at, document = excluded.document")
                .With(row.AlertId).With(PostgresStatement.Instant(row.OpenedAt)).With(row.ResolvedAt is { } resolved ? PostgresStatement.Instant(resolved) : (DateTime?)null).With(JsonSerializer.Serialize(row));
        }

        foreach (var row in batch.Notices)
        {
            statements.Add(
                "INSERT INTO alert_notices (notice_id, alert_id, finished, document) VALUES ($1, $2, $3, $4) " +
                "ON CONFLICT (notice_id) DO UPDATE SET finished = excluded.finished, document = excluded.document")
                .With(row.NoticeId).With(row.AlertId).With(row.Finished).With(JsonSerializer.Serialize(row));
        }

        foreach (var row in batch.Channels)
            statements.Add("INSERT INTO alert_channels (name, document) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET document = excluded.document").With(row.Channel).With(JsonSerializer.Serialize(row));
        return statements.BatchCommands.Count == 0 ? 0 : await statements.ExecuteNonQueryAsync(cancellationToken);
    }

    private static T Read<T>(NpgsqlDataReader row, int column) => JsonSerializer.Deserialize<T>(row.GetString(column))!;
}
