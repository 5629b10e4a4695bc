using System.Collections.Immutable;

namespace ControlPlane.Silo.Storage.Embedded.Traces;

/// <summary>What the trace tables share.</summary>
internal static class TraceRows
{
    /// <summary>Rows that one commit of a purge removes at most, so that other writes pass in between.</summary>
    private const int RowsPerCommit = 5_000;

    /// <summary>Makes sure that the bot counts as one that has recorded something.</summary>
    public static void Touch(SqliteSession session, string botId) =>
        session.Prepare("INSERT INTO bot_activity (bot_id) VALUES (?) ON CONFLICT DO NOTHING").With(botId).Run();

    /// <summary>Repeats a deletion of some rows until it finds no more.</summary>
    public static async Task<long> PurgeAsync(EmbeddedDatabase database, Func<SqliteSession, int, int> removeSome, CancellationToken cancellationToken)
    {
        var removed = 0L;
        while (true)
        {
            var some = await database.WriteAsync(WriteLane.Bulk, RowsPerCommit, session => removeSome(session, RowsPerCommit), cancellationToken);
            removed += some;
            if (some == 0) return removed;
        }
    }

    public static ImmutableArray<T> ReadAll<T>(this Statement rows, Func<Statement, T> item)
    {
        var items = ImmutableArray.CreateBuilder<T>();
        while (rows.Read())
        {
            items.Add(item(rows));
        }

        return items.ToImmutable();
    }
}
