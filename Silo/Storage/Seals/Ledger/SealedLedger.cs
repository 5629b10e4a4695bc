using System.Collections.Immutable;
using System.Data;
using ControlPlane.Grains.Storage.Seals;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Seals.Ledger;

/// <summary>Goes through the rows under MACs. PostgreSQL says of each row in which transaction it was changed last, whoever changed it, so that a look costs
/// what was changed. SQLite says whether anybody but this process has written, and then all rows are looked at.</summary>
internal sealed class SealedLedger(IControlDatabase database, LedgerSeals seals) : ISealedLedger
{
    internal const int RowsATime = 2_000;
    private long? _writtenBy;

    public async Task<long> SignFirstAsync(CancellationToken cancellationToken)
    {
        if (!seals.Sign) return 0;
        var signed = 0L;
        foreach (var table in SealedTable.All)
            await EachAsync(table, $"version = {SealedRow.Unsigned}", async rows => signed += await SignAsync(table, rows, cancellationToken), cancellationToken);
        return signed;
    }

    public async Task<ImmutableHashSet<string>> ForgedAsync(CancellationToken cancellationToken)
    {
        var bots = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        await EachForgedAsync(
            (_, rows) =>
            {
                bots.UnionWith(rows.Select(row => row.BotId));
                return Task.CompletedTask;
            },
            cancellationToken);
        return bots.ToImmutable();
    }

    public Task SignAsync(ImmutableHashSet<string> bots, CancellationToken cancellationToken) =>
        EachForgedAsync((table, rows) => SignAsync(table, [.. rows.Where(row => bots.Contains(row.BotId))], cancellationToken), cancellationToken);

    private async Task EachForgedAsync(Func<SealedTable, SealedRow[], Task> take, CancellationToken cancellationToken)
    {
        if (!seals.Sign) return;
        foreach (var table in SealedTable.All)
            await EachAsync(table, "1 = 1", rows => take(table, [.. rows.Where(row => !seals.Verifies(row))]), cancellationToken);
    }

    public async Task<string?> LookAsync(CancellationToken cancellationToken)
    {
        if (!seals.Sign) return null;
        var from = database.Sql.IsSqlite ? await WrittenByAsync(cancellationToken) : await FirstOpenAsync(cancellationToken);
        var horizon = seals.Horizon;
        foreach (var table in SealedTable.All)
        {
            string? evidence = null;
            try
            {
                await EachAsync(
                    table,
                    database.Sql.ChangedSince("Horizon"),
                    rows =>
                    {
                        evidence ??= rows.FirstOrDefault(row => !seals.Verifies(row)) is { } forged ? LedgerSeals.Unsigned(forged) : null;
                        return Task.CompletedTask;
                    },
                    cancellationToken);
            }
            catch (Exception e) when (e is DataException or InvalidCastException or OverflowException or FormatException)
            {
                evidence = $"A row of '{table.Name}' holds what the control plane does not write.";
            }

            if (evidence is not null) return evidence;
        }

        seals.Advance(horizon, from);
        return null;
    }

    /// <summary>The number before which every transaction has ended, taken before rows are read.</summary>
    private async Task<long> FirstOpenAsync(CancellationToken cancellationToken)
    {
        var open = await database.FirstAsync<long>("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint", null, cancellationToken);

        // Another server, which counts its own transactions.
        if (open < seals.Horizon) seals.Horizon = 0;
        return open;
    }

    /// <summary>On the writer's connection the number changes when anybody else has written.</summary>
    private async Task<long> WrittenByAsync(CancellationToken cancellationToken)
    {
        var number = await database.WriteAsync(WriteScope.Control(), session => session.FirstAsync<long>("PRAGMA data_version"), cancellationToken);
        if (number != _writtenBy) seals.Horizon = 0;
        _writtenBy = number;
        return 1;
    }

    private async Task EachAsync(SealedTable table, string condition, Func<IReadOnlyList<SealedRow>, Task> take, CancellationToken cancellationToken)
    {
        var (bot, key, sql) = ("", "", table.Select($"{condition} AND (bot_id, {table.Key}) > (@Bot, @Key) ORDER BY bot_id, {table.Key} LIMIT {RowsATime}"));
        while (true)
        {
            var of = new { Bot = bot, Key = key, seals.Horizon };
            var rows = (await database.ReadAsync(session => session.ReadManyAsync([(sql, table.Row)], of), cancellationToken)).Cast<SealedRow>().ToArray();
            await take(rows);
            if (rows.Length < RowsATime) return;
            (bot, key) = (rows[^1].BotId, rows[^1].RowKey);
        }
    }

    private async Task<long> SignAsync(SealedTable table, IReadOnlyList<SealedRow> rows, CancellationToken cancellationToken) => rows.Count == 0 ? 0 : await database.WriteAsync(
        WriteScope.Bulk(rows.Count),
        session => session.RunAllAsync(new RowSet(table.SignAgain, [.. rows.Select(row => seals.As(row, row.Version + 1))], table.Row)),
        cancellationToken);
}
