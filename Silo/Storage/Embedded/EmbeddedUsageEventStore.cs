using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Grains.Usage;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>Usage events in the embedded database. Apart from the control stores: a flood of events goes through prepared statements below ADO.NET, in the
/// writer's group commit.</summary>
internal sealed class EmbeddedUsageEventStore(EmbeddedDatabase database) : IUsageEventStore
{
    public Task<UsageAppend> AppendAsync(IReadOnlyList<UsageEvent> events, CancellationToken cancellationToken) =>
        database.WriteAsync(WriteLane.Bulk, events.Count, session => UsageAppendCommand.Run(session, events), cancellationToken);

    public Task<UsageWindowRead> ReadWindowAsync(string provider, DateTimeOffset from, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.ReadAsync(session => UsageWindowQuery.Run(session, provider, from, now), cancellationToken);

    public Task<ImmutableArray<UsageHour>> ReadHoursAsync(string provider, DateTimeOffset from, CancellationToken cancellationToken) =>
        database.ReadAsync(session => UsageHoursQuery.Run(session, provider, from), cancellationToken);

    public Task<ImmutableArray<string>> ReadBotsAsync(string provider, DateTimeOffset from, CancellationToken cancellationToken) =>
        database.ReadAsync(session => ReadBots(session, provider, from), cancellationToken);

    public Task<Page<UsageEvent>> PageAsync(string provider, int limit, string? before, CancellationToken cancellationToken) =>
        UsagePageQuery.RunAsync(database, provider, limit, before, cancellationToken);

    public Task<Page<UsageEvent>> PageFailedAsync(string provider, int limit, string? before, CancellationToken cancellationToken) =>
        FailedUsageQuery.RunAsync(database, provider, limit, before, cancellationToken);

    public Task<long> PurgeAsync(DateTimeOffset olderThan, CancellationToken cancellationToken) =>
        UsagePurge.RunAsync(database, olderThan, cancellationToken);

    private static ImmutableArray<string> ReadBots(SqliteSession session, string provider, DateTimeOffset from)
    {
        var rows = session
            .Prepare("SELECT bot_id FROM usage_bots WHERE provider = ? AND last_used_at >= ? ORDER BY last_used_at DESC, bot_id LIMIT 100")
            .With(provider)
            .With(UnixMicroseconds.From(from));
        var bots = ImmutableArray.CreateBuilder<string>();
        while (rows.Read())
        {
            bots.Add(rows.Text(0));
        }

        return bots.ToImmutable();
    }
}
