using System.Collections.Immutable;
using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Grains.Alerts;
using ControlPlane.Silo.Storage.Embedded.Traces;

namespace ControlPlane.Silo.Storage.Embedded.Alerts;

/// <summary>Alerts and their outbox in the embedded database.</summary>
internal sealed class EmbeddedAlertStore(EmbeddedDatabase database) : IAlertStore
{
    public Task SaveAsync(AlertBatch batch, CancellationToken cancellationToken) => database.WriteAsync(
        WriteLane.Control, batch.Alerts.Length + batch.Notices.Length + batch.Channels.Length, session => Save(session, batch), cancellationToken);

    public Task<AlertBatch> LoadAsync(CancellationToken cancellationToken) => database.ReadAsync(
        session => new AlertBatch(
            [.. session.Prepare("SELECT document FROM alerts WHERE resolved_at IS NULL OR alert_id IN (SELECT alert_id FROM alert_notices WHERE finished = 0) ORDER BY opened_at, id").ReadAll(row => Read<AlertRecord>(row, 0))],
            [.. session.Prepare(
                "SELECT document FROM alert_notices WHERE alert_id IN (SELECT alert_id FROM alerts WHERE resolved_at IS NULL " +
                "UNION SELECT alert_id FROM alert_notices WHERE finished = 0) ORDER BY notice_id").ReadAll(row => Read<AlertNotice>(row, 0))],
            [.. session.Prepare("SELECT document FROM alert_channels ORDER BY name").ReadAll(row => Read<AlertChannelStanding>(row, 0))]),
        cancellationToken);

    public Task<Page<AlertView>> PageAsync(AlertFilter filter, int limit, string? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var cursor = PageCursor.Parse(PagedList.Alerts, before);
        var where = filter switch { AlertFilter.Open => "resolved_at IS NULL AND ", AlertFilter.Resolved => "resolved_at IS NOT NULL AND ", _ => "" };
        return database.ReadAsync(
            session =>
            {
                var page = PageQuery.Read(
                    PagedList.Alerts,
                    limit,
                    session.Prepare($"SELECT id, opened_at, document FROM alerts WHERE {where}(opened_at, id) < (?, ?) ORDER BY opened_at DESC, id DESC LIMIT ?")
                        .With(cursor.Time).With(cursor.Row).With(limit + 1L),
                    row => Read<AlertRecord>(row, 2),
                    row => new(row.Int64(1), row.Int64(0)));
                var notices = session.Prepare("SELECT document FROM alert_notices WHERE alert_id = ?");
                return new Page<AlertView>(
                    [.. page.Items.Select(a => new AlertView(a, [.. notices.With(a.AlertId).ReadAll(row => Read<AlertNotice>(row, 0)).OrderBy(n => n.CreatedAt).ThenBy(n => n.Event)]))], page.Next);
            },
            cancellationToken);
    }

    public Task<long> PurgeAsync(DateTimeOffset resolvedBefore, CancellationToken cancellationToken) => database.WriteAsync(
        WriteLane.Bulk,
        rows: 1,
        session =>
        {
            var before = UnixMicroseconds.From(resolvedBefore);
            session.Prepare("DELETE FROM alert_notices WHERE alert_id IN (SELECT alert_id FROM alerts WHERE resolved_at < ?)").With(before).Run();
            return (long)session.Prepare("DELETE FROM alerts WHERE resolved_at < ?").With(before).Run();
        },
        cancellationToken);

    private static int Save(SqliteSession session, AlertBatch batch)
    {
        var alert = session.Prepare(
            "INSERT INTO alerts (alert_id, opened_at, resolved_at, document) VALUES (?, ?, ?, ?) " +
            "ON CONFLICT (alert_id) DO UPDATE SET resolved_at = excluded.resolved_at, document = excluded.document");
        foreach (var row in batch.Alerts)
            alert.With(row.AlertId).With(UnixMicroseconds.From(row.OpenedAt)).With(row.ResolvedAt is { } resolved ? UnixMicroseconds.From(resolved) : null).With(JsonSerializer.Serialize(row)).Run();
        var notice = session.Prepare(
            "INSERT INTO alert_notices (notice_id, alert_id, finished, document) VALUES (?, ?, ?, ?) " +
            "ON CONFLICT (notice_id) DO UPDATE SET finished = excluded.finished, document = excluded.document");
        foreach (var row in batch.Notices) notice.With(row.NoticeId).With(row.AlertId).With(row.Finished ? 1L : 0L).With(JsonSerializer.Serialize(row)).Run();
        var channel = session.Prepare("INSERT INTO alert_channels (name, document) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET document = excluded.document");
        foreach (var row in batch.Channels) channel.With(row.Channel).With(JsonSerializer.Serialize(row)).Run();
        return batch.Alerts.Length + batch.Notices.Length + batch.Channels.Length;
    }

    private static T Read<T>(Statement row, int column) => JsonSerializer.Deserialize<T>(row.Text(column))!;
}
