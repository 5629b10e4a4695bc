namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>Removes old usage by whole seconds, in commits of a few thousand events. Other writes can come in between, and the roll-ups match the
/// events after each commit.</summary>
internal static class UsagePurge
{
    private const int EventsPerCommit = 5_000;
    private const int SecondsPerCommit = 1_000;

    public static async Task<long> RunAsync(EmbeddedDatabase database, DateTimeOffset olderThan, CancellationToken cancellationToken)
    {
        var until = UnixMicroseconds.FloorDivide(UnixMicroseconds.From(olderThan), UnixMicroseconds.PerSecond);
        var removed = 0L;
        foreach (var provider in await database.ReadAsync(Providers, cancellationToken))
        {
            Chunk chunk;
            do
            {
                chunk = await database.WriteAsync(WriteLane.Bulk, EventsPerCommit, s => RemoveSome(s, provider, until), cancellationToken);
                removed += chunk.Events;
            }
            while (chunk.More);
        }

        return removed;
    }

    private static Chunk RemoveSome(SqliteSession session, string provider, long until)
    {
        if (Reach(session, provider, until) is not { } reach)
        {
            session.Prepare("DELETE FROM usage_bots WHERE provider = ? AND last_used_at < ?")
                .With(provider).With(until * UnixMicroseconds.PerSecond).Run();
            return new(0, More: false);
        }

        var end = (reach + 1) * UnixMicroseconds.PerSecond;
        session.Prepare(
            "DELETE FROM usage_event_ids WHERE event_id IN " +
            "(SELECT event_id FROM integration_usage_events WHERE provider = ? AND occurred_at < ?)").With(provider).With(end).Run();
        var events = session.Prepare("DELETE FROM integration_usage_events WHERE provider = ? AND occurred_at < ?").With(provider).With(end).Run();
        session.Prepare("DELETE FROM usage_seconds WHERE provider = ? AND second_s <= ?").With(provider).With(reach).Run();
        return new(events, More: true);
    }

    /// <summary>The last second of the next commit, or null when nothing old is left.</summary>
    private static long? Reach(SqliteSession session, string provider, long until)
    {
        var rows = session.Prepare("SELECT second_s, calls FROM usage_seconds WHERE provider = ? AND second_s < ? ORDER BY second_s LIMIT ?")
            .With(provider).With(until).With(SecondsPerCommit);
        long? reach = null;
        var events = 0L;
        while (events < EventsPerCommit && rows.Read())
        {
            reach = rows.Int64(0);
            events += rows.Int64(1);
        }

        rows.Reset();
        return reach;
    }

    // Skips from one provider to the next along the key instead of reading every row.
    private static List<string> Providers(SqliteSession session)
    {
        var rows = session.Prepare(
            "WITH RECURSIVE known (provider) AS (SELECT MIN(provider) FROM usage_seconds UNION ALL " +
            "SELECT (SELECT MIN(provider) FROM usage_seconds WHERE provider > known.provider) FROM known WHERE known.provider IS NOT NULL) " +
            "SELECT provider FROM known WHERE provider IS NOT NULL");
        var providers = new List<string>();
        while (rows.Read())
        {
            providers.Add(rows.Text(0));
        }

        return providers;
    }

    private readonly record struct Chunk(long Events, bool More);
}
