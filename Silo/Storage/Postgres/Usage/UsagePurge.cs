using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres.Usage;

/// <summary>Drops whole days that are beyond the retention, one transaction a day, and makes the days to come.</summary>
internal static class UsagePurge
{
    private const int LimitSeconds = 600;

    private const string Days =
        "SELECT to_date(right(part.relname, 8), 'YYYYMMDD') FROM pg_inherits i JOIN pg_class part ON part.oid = i.inhrelid " +
        "WHERE i.inhparent = 'integration_usage_events'::regclass ORDER BY 1";

    public static async Task<long> RunAsync(PostgresDatabase database, UsageDays days, DateTimeOffset olderThan, CancellationToken cancellationToken)
    {
        await database.ExecuteAsync(
            async (connection, token) =>
            {
                await days.EnsureAheadAsync(connection, token);
                return true;
            },
            cancellationToken);
        var first = DateOnly.FromDateTime(olderThan.UtcDateTime);
        await KeepAsync(database, days.Age(first), cancellationToken);
        var removed = 0L;
        foreach (var day in await database.ExecuteAsync((c, t) => c.Statement(Days).ListAsync(row => row.GetFieldValue<DateOnly>(0), t), cancellationToken))
        {
            if (day >= first) continue;
            if (await database.ExecuteAsync((connection, token) => DropAsync(connection, day, token), cancellationToken) is not { } events) continue;
            removed += events;
            days.Forget();
        }

        await database.ExecuteAsync(
            (c, t) => c.Statement("DELETE FROM usage_bots WHERE last_used_at < $1").With(first.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc)).RunAsync(t), cancellationToken);
        return removed;
    }

    /// <summary>The database keeps by itself what it was told to, whoever asks it to drop a day. Anybody may have it keep more; to have it keep less takes
    /// its owner.</summary>
    private static async Task KeepAsync(PostgresDatabase database, int wanted, CancellationToken cancellationToken)
    {
        var kept = (await database.ExecuteAsync((c, t) => c.Statement("SELECT days FROM usage_retention WHERE id = 1").ListAsync(row => row.GetInt32(0), t), cancellationToken)).SingleOrDefault();
        if (kept == wanted || wanted < 1) return;
        var set = await database.ExecuteAsync(
            async (connection, token) =>
            {
                try
                {
                    return await connection.Statement("UPDATE usage_retention SET days = $1 WHERE id = 1").With(wanted).RunAsync(token) == 1;
                }
                catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
                {
                    return false;
                }
            },
            cancellationToken);
        if (!set) database.Log.RetentionNotSet(kept, wanted);
    }

    /// <returns>Null when the database keeps the day.</returns>
    private static async Task<long?> DropAsync(NpgsqlConnection connection, DateOnly day, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.Statement($"SET LOCAL statement_timeout = '{LimitSeconds}s'").RunAsync(cancellationToken);
        var drop = connection.Statement("SELECT usage_day_drop($1)").With(day);
        drop.CommandTimeout = LimitSeconds;
        try
        {
            var events = await drop.ListAsync(row => row.GetInt64(0), cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return events[0];
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege && e.MessageText.StartsWith("usage of", StringComparison.Ordinal))
        {
            return null;
        }
    }
}
