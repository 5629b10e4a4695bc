using System.Diagnostics;
using ControlPlane.Silo.Storage.Postgres;
using ControlPlane.Silo.Storage.Sql;
using Npgsql;

namespace ControlPlane.Silo.Tests.Storage.Postgres;

/// <summary>Removing old traces: in small steps, and beside those who write.</summary>
public sealed class PostgresPurgeTests : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private NpgsqlDataSource _other = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await SharedPostgres.Current.CreateAsync();
        _other = NpgsqlDataSource.Create(_database.ConnectionString + ";Search Path=controlplane;Pooling=false");
    }

    public async ValueTask DisposeAsync()
    {
        await _other.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Purge_MoreThanOneBatch_RemovesAllOldRowsInBoundedSteps()
    {
        await using var store = await PostgresStore.OpenAsync(_database.ConnectionString);
        var old = (2 * ControlDatabaseExtensions.RowsPerPurge) + 10;
        await RunAsync($"""
            INSERT INTO bot_cycles (bot_id, cycle_id, ordinal, occurred_at, outcome, signals, survived_risk, sent, filled)
            SELECT 'b', 'c' || i, i, timestamptz '2026-01-01Z' + i * interval '1 second', 'no_signal', 0, 0, 0, 0 FROM generate_series(1, {old + 5}) i;
            CREATE TABLE steps (rows bigint);
            CREATE FUNCTION step() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO steps SELECT count(*) FROM gone; RETURN NULL; END $$;
            CREATE TRIGGER step AFTER DELETE ON bot_cycles REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION step();
            """);

        var removed = await store.Cycles.PurgeAsync(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(old + 1), Cancel);

        Assert.Equal(old, removed);
        Assert.Equal(5, await ScalarAsync("SELECT count(*) FROM bot_cycles"));
        Assert.Equal(ControlDatabaseExtensions.RowsPerPurge, await ScalarAsync("SELECT max(rows) FROM steps"));
    }

    [Fact]
    public async Task NoTradeAppend_FoldPurgedUnderIt_StartsANewFold()
    {
        await using var store = await PostgresStore.OpenAsync(new PostgresStoreOptions
        {
            ConnectionString = _database.ConnectionString,
            StatementLimit = TimeSpan.FromSeconds(40),
            LockLimit = TimeSpan.FromSeconds(40),
            AnswerLimit = TimeSpan.FromSeconds(50),
        });
        await store.NoTrades.AppendAsync(TraceSample.Bot, [TraceSample.NoTrade("old")], Cancel);
        await using var purge = await _other.OpenConnectionAsync(Cancel);
        await RunAsync(purge, "BEGIN; DELETE FROM no_trade_traces; DELETE FROM no_trade_reasons; DELETE FROM no_trade_ids");
        var append = store.NoTrades.AppendAsync(TraceSample.Bot, [TraceSample.NoTrade("new", Sample.Noon.AddHours(1))], Cancel);
        var waiting = Stopwatch.StartNew();
        while (await ScalarAsync($"SELECT count(*) FROM pg_stat_activity WHERE datname = '{_database.Name}' AND wait_event_type = 'Lock'") == 0)
        {
            Assert.True(waiting.Elapsed < TimeSpan.FromSeconds(40), "The append never met the purge.");
            await Task.Delay(10, Cancel);
        }

        await RunAsync(purge, "COMMIT");
        await append;

        var row = Assert.Single((await store.NoTrades.PageAsync(TraceSample.Bot, null, 10, null, Cancel)).Items);
        Assert.Equal(("new", 1L), (row.NoTradeId, row.Count));
        Assert.Single(row.Reasons);
    }

    [Fact]
    public async Task NoTradePurge_FoldBeingWritten_LeavesIt()
    {
        await using var store = await PostgresStore.OpenAsync(_database.ConnectionString);
        await store.NoTrades.AppendAsync(TraceSample.Bot, [TraceSample.NoTrade("held"), TraceSample.NoTrade("free", symbol: "NQ")], Cancel);
        await using var writer = await _other.OpenConnectionAsync(Cancel);
        await RunAsync(writer, "BEGIN; UPDATE no_trade_traces SET count = count + 1 WHERE no_trade_id = 'held'");

        Assert.Equal(1, await store.NoTrades.PurgeAsync(Sample.Noon.AddDays(1), Cancel));

        await RunAsync(writer, "ROLLBACK");
        Assert.Equal("held", Assert.Single((await store.NoTrades.PageAsync(TraceSample.Bot, null, 10, null, Cancel)).Items).NoTradeId);
        Assert.Equal(1, await store.NoTrades.PurgeAsync(Sample.Noon.AddDays(1), Cancel));
    }

    private async Task<long> ScalarAsync(string sql)
    {
        await using var command = _other.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(Cancel))!;
    }

    private async Task RunAsync(string sql)
    {
        await using var session = await _other.OpenConnectionAsync(Cancel);
        await RunAsync(session, sql);
    }

    private static async Task RunAsync(NpgsqlConnection session, string sql)
    {
        await using var command = new NpgsqlCommand(sql, session) { CommandTimeout = 60 };
        await command.ExecuteNonQueryAsync(Cancel);
    }
}
