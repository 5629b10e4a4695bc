using System.Collections.Immutable;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Seals.Ledger;

/// <summary>Reads and writes of rows under MACs within one transaction, which remembers the versions that it read: nothing is signed anew that did not verify.</summary>
internal static class SealedSession
{
    public static async Task<ImmutableArray<T>> SealedAsync<T>(this SqlSession session, string sql, object parameters)
        where T : SealedRow
    {
        var rows = await session.ListAsync<T>(sql, parameters);
        foreach (var row in rows) session.Take(row);
        return rows;
    }

    public static async Task<T?> FirstSealedAsync<T>(this SqlSession session, string sql, object parameters)
        where T : SealedRow
    {
        var row = await session.FirstAsync<T>(sql, parameters);
        if (row is not null) session.Take(row);
        return row;
    }

    /// <summary>Every row of the bot that was changed since this process verified all of them. What is summed and joined after it rests on rows that verify.</summary>
    public static async Task VerifyChangedAsync(this SqlSession session, string botId)
    {
        var horizon = session.Seals.Horizon;
        if (!session.Seals.Sign || (session.Sql.IsSqlite && horizon > 0)) return;
        foreach (var row in await session.ReadManyAsync(
            [.. SealedTable.All.Select(table => (table.Select($"bot_id = @BotId AND {session.Sql.ChangedSince("Horizon")}"), table.Row))], new { BotId = botId, Horizon = horizon }))
            session.Seals.Require((SealedRow)row);
    }

    /// <summary>The row under the version after the one that was read in this transaction; null when none was.</summary>
    public static T? Next<T>(this SqlSession session, T row)
        where T : SealedRow
    {
        if (!session.Versions.TryGetValue(Key(row), out var version)) return null;
        session.Versions[Key(row)] = version + 1;
        return session.Seals.As(row, version + 1);
    }

    /// <summary>The row as its first version.</summary>
    public static T First<T>(this SqlSession session, T row)
        where T : SealedRow
    {
        session.Versions[Key(row)] = 1;
        return session.Seals.As(row, 1);
    }

    public static bool Knows(this SqlSession session, SealedRow row) => session.Versions.ContainsKey(Key(row));

    private static void Take(this SqlSession session, SealedRow row)
    {
        session.Seals.Require(row);
        session.Versions[Key(row)] = row.Version;
    }

    private static (string Table, string Bot, string Key) Key(SealedRow row) => (row.Table, row.BotId, row.RowKey);
}
