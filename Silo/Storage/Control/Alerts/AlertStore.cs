using System.Collections.Immutable;
using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Grains.Alerts;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control.Alerts;

/// <summary>Alerts and their outbox.</summary>
internal sealed class AlertStore(IControlDatabase database) : IAlertStore
{
    private string ToCome => $"SELECT alert_id FROM alert_notices WHERE finished = {database.Sql.False}";

    public Task SaveAsync(AlertBatch batch, CancellationToken cancellationToken) => database.WriteAsync(
        WriteScope.Control(batch.Alerts.Length + batch.Notices.Length + batch.Channels.Length),
        session => session.RunAllAsync(
            RowSet.Of(
                "INSERT INTO alerts (alert_id, opened_at, resolved_at, document) VALUES (@AlertId, @OpenedAt, @ResolvedAt, @Document) " +
                "ON CONFLICT (alert_id) DO UPDATE SET resolved_at = excluded.resolved_at, document = excluded.document",
                batch.Alerts.Select(a => new { a.AlertId, OpenedAt = (Instant)a.OpenedAt, ResolvedAt = (Instant?)a.ResolvedAt, Document = JsonSerializer.Serialize(a) }).ToList()),
            RowSet.Of(
                "INSERT INTO alert_notices (notice_id, alert_id, finished, document) VALUES (@NoticeId, @AlertId, @Finished, @Document) " +
                "ON CONFLICT (notice_id) DO UPDATE SET finished = excluded.finished, document = excluded.document",
                batch.Notices.Select(n => new { NoticeId = (Uuid)n.NoticeId, n.AlertId, n.Finished, Document = JsonSerializer.Serialize(n) }).ToList()),
            RowSet.Of(
                "INSERT INTO alert_channels (name, document) VALUES (@Name, @Document) ON CONFLICT (name) DO UPDATE SET document = excluded.document",
                batch.Channels.Select(c => new { Name = c.Channel, Document = JsonSerializer.Serialize(c) }).ToList())),
        cancellationToken);

    public Task<AlertBatch> LoadAsync(CancellationToken cancellationToken) => database.ReadAtOnceAsync(
        async session => new AlertBatch(
            await ListAsync<AlertRecord>(session, $"SELECT document FROM alerts WHERE resolved_at IS NULL OR alert_id IN ({ToCome}) ORDER BY opened_at, id"),
            await ListAsync<AlertNotice>(
                session,
                $"SELECT document FROM alert_notices WHERE alert_id IN (SELECT alert_id FROM alerts WHERE resolved_at IS NULL UNION {ToCome}) ORDER BY notice_id"),
            await ListAsync<AlertChannelStatus>(session, "SELECT document FROM alert_channels ORDER BY name")),
        cancellationToken);

    public Task<Page<AlertView>> PageAsync(AlertFilter filter, int limit, string? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var cursor = PageCursor.Parse(PagedList.Alerts, before);
        var where = filter switch { AlertFilter.Open => "resolved_at IS NULL AND ", AlertFilter.Resolved => "resolved_at IS NOT NULL AND ", _ => "" };
        return database.ReadAtOnceAsync(
            async session =>
            {
                var page = await session.PageAsync<Row, AlertRecord>(
                    PagedList.Alerts,
                    limit,
                    $"SELECT id AS row_id, opened_at AS row_at, document FROM alerts WHERE {where}(opened_at, id) < (@Time, @Row) ORDER BY opened_at DESC, id DESC",
                    new { Time = new Instant(cursor.Time), cursor.Row },
                    row => JsonSerializer.Deserialize<AlertRecord>(row.Document)!);
                var notices = await ListAsync<AlertNotice>(
                    session, $"SELECT document FROM alert_notices WHERE {session.Sql.In("alert_id", "Ids")}", new { Ids = KeyList.Of(page.Items.Select(a => a.AlertId)) });
                var of = notices.ToLookup(n => n.AlertId, StringComparer.Ordinal);
                return new Page<AlertView>([.. page.Items.Select(a => new AlertView(a, [.. of[a.AlertId].OrderBy(n => n.CreatedAt).ThenBy(n => n.Event)]))], page.Next);
            },
            cancellationToken);
    }

    public Task<long> PurgeAsync(DateTimeOffset resolvedBefore, CancellationToken cancellationToken) => database.WriteAsync(
        WriteScope.Bulk(1),
        async session =>
        {
            var before = new { Before = (Instant)resolvedBefore };
            await session.RunAsync("DELETE FROM alert_notices WHERE alert_id IN (SELECT alert_id FROM alerts WHERE resolved_at < @Before)", before);
            return (long)await session.RunAsync("DELETE FROM alerts WHERE resolved_at < @Before", before);
        },
        cancellationToken);

    private static async Task<ImmutableArray<T>> ListAsync<T>(SqlSession session, string sql, object? parameters = null) =>
        [.. (await session.ListAsync<string>(sql, parameters)).Select(document => JsonSerializer.Deserialize<T>(document)!)];

    private sealed class Row : PageRow
    {
        public string Document { get; init; } = "";
    }
}
