using System.Diagnostics;
using ControlPlane.Grains;
using ControlPlane.Silo.Storage.Postgres;
using Npgsql;

namespace ControlPlane.Silo.Tests.Storage.Postgres;

/// <summary>Other sessions in the way of the store's writers.</summary>
public sealed class PostgresContentionTests : IAsyncLifetime
{
    private const int Attempts = 5;
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

    [Theory]
    [InlineData("40001", 5)]
    [InlineData("40P01", 5)]
    [InlineData("55P03", 5)]
    [InlineData("40001", 100)]
    [InlineData("40P01", 100)]
    [InlineData("55P03", 100)]
    public async Task Append_PassingFailures_TriesAgainAndCountsOnce(string state, int count)
    {
        await using var store = await PostgresStore.OpenAsync(_database.ConnectionString);
        await FailCommitsAsync(state, times: Attempts - 1);
        var events = Sample.Events(count);

        var append = await store.Usage.AppendAsync(events, Cancel);

        Assert.DoesNotContain(false, append.Written);
        await AssertCountAsync(store, count);
        Assert.Equal(Attempts, await ScalarAsync("SELECT last_value FROM faults"));
    }

    [Theory]
    [InlineData("40001", 5)]
    [InlineData("40P01", 5)]
    [InlineData("55P03", 5)]
    [InlineData("40001", 100)]
    [InlineData("40P01", 100)]
    [InlineData("55P03", 100)]
    public async Task Append_PassingFailuresWithoutEnd_GivesUpAndWritesNothing(string state, int count)
    {
        await using var store = await PostgresStore.OpenAsync(_database.ConnectionString);
        await FailCommitsAsync(state, times: 1_000);
        var events = Sample.Events(count);

        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Usage.AppendAsync(events, Cancel));

        Assert.DoesNotContain("faults", failure.Message, StringComparison.Ordinal);
        Assert.Equal(Attempts, await ScalarAsync("SELECT last_value FROM faults"));
        await RunAsync("DROP TRIGGER fault ON usage_commits");
        await AssertCountAsync(store, 0);
        Assert.DoesNotContain(false, (await store.Usage.AppendAsync(events, Cancel)).Written);
        await AssertCountAsync(store, count);
    }

    /// <summary>All statements are done, and then the commit itself fails: few rows go with it in one round trip.</summary>
    [Theory]
    [InlineData(5)]
    [InlineData(100)]
    public async Task Append_TheCommitItselfFails_TriesAgainAndCountsOnce(int count)
    {
        await using var store = await PostgresStore.OpenAsync(_database.ConnectionString);
        await FailCommitsAsync("40001", times: Attempts - 1, "CONSTRAINT TRIGGER fault AFTER UPDATE ON usage_commits DEFERRABLE INITIALLY DEFERRED");

        var append = await store.Usage.AppendAsync(Sample.Events(count), Cancel);

        Assert.DoesNotContain(false, append.Written);
        await AssertCountAsync(store, count);
        Assert.Equal(Attempts, await ScalarAsync("SELECT last_value FROM faults"));
    }

    [Fact]
    public async Task Append_Deadlock_TheWriterGivesWayAndTriesAgain()
    {
        // The writer looks for a deadlock after 2 s, which leaves us time to make one, and waits for a lock far longer.
        await RunAsync($"ALTER DATABASE {_database.Name} SET deadlock_timeout = '2s'");
        await using var store = await PostgresStore.OpenAsync(Patient());
        var events = Sample.Events(5);
        await using var session = await _other.OpenConnectionAsync(Cancel);
        await RunAsync(session, "SET deadlock_timeout = '60s'; BEGIN; SELECT FROM usage_commits WHERE id = 1 FOR UPDATE");
        var append = store.Usage.AppendAsync(events, Cancel);
        await UntilSomebodyWaitsAsync();

        await RunAsync(session, $"INSERT INTO usage_seconds VALUES ('polygon', {Sample.Noon.ToUnixTimeSeconds()}, 1, 0, 0); ROLLBACK");

        Assert.DoesNotContain(false, (await append).Written);
        await AssertCountAsync(store, 5);
        await using var retried = await PostgresStore.OpenAsync(_database.ConnectionString);
        Assert.DoesNotContain(true, (await retried.Usage.AppendAsync(events, Cancel)).Written);
        await AssertCountAsync(store, 5);
    }

    [Fact]
    public async Task Append_LockHeldOpenForAWhile_WaitsForIt()
    {
        await using var store = await PostgresStore.OpenAsync(Patient());
        await using var session = await _other.OpenConnectionAsync(Cancel);
        await RunAsync(session, "BEGIN; LOCK TABLE usage_seconds IN ACCESS EXCLUSIVE MODE");
        var append = store.Usage.AppendAsync(Sample.Events(100), Cancel);
        await UntilSomebodyWaitsAsync();
        Assert.False(append.IsCompleted);

        await RunAsync(session, "ROLLBACK");

        Assert.DoesNotContain(false, (await append).Written);
        await AssertCountAsync(store, 100);
    }

    [Fact]
    public async Task Append_LockHeldLongerThanOneAttempt_TriesAgainAndCountsOnce()
    {
        await using var store = await PostgresStore.OpenAsync(Patient(TimeSpan.FromSeconds(1)));
        await RunAsync("""
            CREATE SEQUENCE attempts;
            CREATE FUNCTION attempt() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM nextval('attempts'); RETURN NULL; END $$;
            CREATE TRIGGER attempt BEFORE INSERT ON usage_event_ids FOR EACH STATEMENT EXECUTE FUNCTION attempt();
            """);
        await using var session = await _other.OpenConnectionAsync(Cancel);
        await RunAsync(session, "BEGIN; LOCK TABLE usage_seconds IN ACCESS EXCLUSIVE MODE");
        var append = store.Usage.AppendAsync(Sample.Events(100), Cancel);
        while (await ScalarAsync("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM attempts") < 2)
        {
            Assert.False(append.IsCompleted);
            await Task.Delay(10, Cancel);
        }

        await RunAsync(session, "ROLLBACK");

        Assert.DoesNotContain(false, (await append).Written);
        await AssertCountAsync(store, 100);
    }

    [Fact]
    public void LockLimit_LeavesRoomForEveryAttempt()
    {
        var options = new PostgresStoreOptions { ConnectionString = "" };
        Assert.InRange(options.LockLimit * Attempts, TimeSpan.Zero, options.StatementLimit);
    }

    [Fact]
    public async Task Append_LockHeldOpenWithoutEnd_FailsWithinItsLimitAndWritesNothing()
    {
        await using var store = await PostgresStore.OpenAsync(
            new PostgresStoreOptions { ConnectionString = _database.ConnectionString, LockLimit = TimeSpan.FromMilliseconds(100) });
        await using var session = await _other.OpenConnectionAsync(Cancel);
        await RunAsync(session, "BEGIN; LOCK TABLE usage_seconds IN ACCESS EXCLUSIVE MODE");
        var events = Sample.Events(100);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Usage.AppendAsync(events, Cancel).WaitAsync(TimeSpan.FromSeconds(60), Cancel));
        await RunAsync(session, "ROLLBACK");

        await AssertCountAsync(store, 0);
        Assert.DoesNotContain(false, (await store.Usage.AppendAsync(events, Cancel)).Written);
        await AssertCountAsync(store, 100);
    }

    private PostgresStoreOptions Patient(TimeSpan? lockLimit = null) => new()
    {
        ConnectionString = _database.ConnectionString, LockLimit = lockLimit ?? TimeSpan.FromSeconds(40), StatementLimit = TimeSpan.FromSeconds(40), AnswerLimit = TimeSpan.FromSeconds(50),
    };

    /// <summary>The first commits of usage fail. A sequence counts them, which no rollback takes back.</summary>
    private Task FailCommitsAsync(string state, int times, string trigger = "TRIGGER fault BEFORE UPDATE ON usage_commits") => RunAsync($"""
        CREATE SEQUENCE faults;
        CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF nextval('faults') <= {times} THEN RAISE EXCEPTION 'faults' USING ERRCODE = '{state}'; END IF;
            RETURN new;
        END $$;
        CREATE {trigger} FOR EACH ROW EXECUTE FUNCTION fault();
        """);

    private async Task UntilSomebodyWaitsAsync()
    {
        var waiting = Stopwatch.StartNew();
        while (await ScalarAsync($"SELECT count(*) FROM pg_stat_activity WHERE datname = '{_database.Name}' AND wait_event_type = 'Lock'") == 0)
        {
            Assert.True(waiting.Elapsed < TimeSpan.FromSeconds(60), "The writer never came to wait for the lock.");
            await Task.Delay(10, Cancel);
        }
    }

    private async Task AssertCountAsync(PostgresStore store, int expected)
    {
        Assert.Equal(expected, await ScalarAsync("SELECT count(*) FROM integration_usage_events"));
        Assert.Equal(expected, await ScalarAsync("SELECT count(*) FROM usage_event_ids"));
        Assert.Equal(expected, await ScalarAsync("SELECT coalesce(sum(calls), 0)::bigint FROM usage_seconds"));
        Assert.Equal(expected, (await store.Usage.ReadWindowAsync("polygon", DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, Cancel)).Seconds.Sum(s => s.Calls));
    }

    private async Task<long> ScalarAsync(string sql)
    {
        await using var command = _other.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(Cancel))!;
    }

    private async Task RunAsync(string sql)
    {
        await using var command = _other.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancel);
    }

    private static async Task RunAsync(NpgsqlConnection session, string sql)
    {
        await using var command = new NpgsqlCommand(sql, session) { CommandTimeout = 60 };
        await command.ExecuteNonQueryAsync(Cancel);
    }
}
