using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Grains.Usage;
using ControlPlane.Silo.Storage.Postgres;
using ControlPlane.Silo.Storage.Postgres.Usage;
using Npgsql;

namespace ControlPlane.Silo.Tests.Storage.Postgres;

/// <summary>The connection breaks between a commit and its answer: what was committed is acknowledged, what was not is not, and neither counts twice.</summary>
public sealed class LostAnswerTests
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>So few go in one round trip.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    public async Task Append_CommittedAndTheAnswerLost_IsAcknowledgedOnce(int count)
    {
        await using var cut = await StartAsync();
        var events = Sample.Events(count);
        cut.Proxy.KeepAnswers();

        var append = cut.Store.Usage.AppendAsync(events, Cancel);
        await cut.UntilAsync(count);
        cut.Proxy.Cut();

        Assert.All((await append.WaitAsync(s_timeout, Cancel)).Written, Assert.True);
        Assert.Equal(count, await cut.CountAsync());
        Assert.DoesNotContain(true, (await cut.SendAgainAsync(events)).Written);
        Assert.Equal(count, await cut.CountAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    public async Task Append_CutBeforeTheServerHasIt_IsAcknowledgedOnlyWithASecondTry(int count)
    {
        await using var cut = await StartAsync();
        var events = Sample.Events(count);
        cut.Proxy.KeepRequests();

        var append = cut.Store.Usage.AppendAsync(events, Cancel);
        await Task.Delay(100, Cancel);
        Assert.False(append.IsCompleted);
        cut.Proxy.Cut();

        var acknowledged = await Record.ExceptionAsync(() => append.WaitAsync(s_timeout, Cancel)) is null;
        Assert.Equal(acknowledged ? count : 0, await cut.CountAsync());
        await cut.SendAgainAsync(events);
        Assert.Equal(count, await cut.CountAsync());
    }

    [Fact]
    public async Task Mark_TellsCommittedGoneAndUndecidedApart()
    {
        await using var database = await SharedPostgres.Current.CreateAsync();
        await using var store = await PostgresStore.OpenAsync(database.ConnectionString);
        var usage = Sample.Event();
        await store.Usage.AppendAsync([usage], Cancel);
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.ConnectionString) { SearchPath = "controlplane" });
        await using var connection = await source.OpenConnectionAsync(Cancel);
        await using var other = await source.OpenConnectionAsync(Cancel);
        await using var ask = new NpgsqlCommand("SELECT id FROM controlplane.integration_usage_events", connection);
        var id = (long)(await ask.ExecuteScalarAsync(Cancel))!;
        const int Nobody = 999_999_999;
        var at = usage.OccurredAt.UtcDateTime;

        Assert.True(await new MarkedCommit(other.ProcessID, usage.Provider, at, id).OutcomeAsync(connection, Cancel));
        Assert.True(await new MarkedCommit(Nobody, usage.Provider, at, id).OutcomeAsync(connection, Cancel));
        Assert.Null(await new MarkedCommit(other.ProcessID, usage.Provider, at, id + 1).OutcomeAsync(connection, Cancel));
        Assert.False(await new MarkedCommit(Nobody, usage.Provider, at, id + 1).OutcomeAsync(connection, Cancel));
    }

    private static async Task<CutStore> StartAsync()
    {
        var database = await SharedPostgres.Current.CreateAsync();
        var proxy = new CuttingProxy(database.Server.Port);
        var through = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Port = proxy.Port }.ConnectionString;
        var store = await PostgresStore.OpenAsync(new PostgresStoreOptions { ConnectionString = through, SettleLimit = s_timeout });

        // The day's partition and the numbers of rows are there, and the writer has its connection.
        await store.Usage.AppendAsync([Sample.Event(provider: "databento")], Cancel);
        return new(database, proxy, store);
    }

    private sealed record CutStore(TestDatabase Database, CuttingProxy Proxy, PostgresStore Store) : IAsyncDisposable
    {
        public async Task<long> CountAsync()
        {
            await using var source = NpgsqlDataSource.Create(Database.ConnectionString);
            await using var count = source.CreateCommand("SELECT count(*) FROM controlplane.integration_usage_events WHERE provider = 'polygon'");
            return (long)(await count.ExecuteScalarAsync(Cancel))!;
        }

        public async Task UntilAsync(long count)
        {
            var end = DateTime.UtcNow + s_timeout;
            while (await CountAsync() < count)
            {
                Assert.True(DateTime.UtcNow < end);
                await Task.Delay(10, Cancel);
            }
        }

        public async Task<UsageAppend> SendAgainAsync(IReadOnlyList<UsageEvent> events)
        {
            for (var end = DateTime.UtcNow + s_timeout; ;)
            {
                try
                {
                    return await Store.Usage.AppendAsync(events, Cancel);
                }
                catch (StoreUnavailableException) when (DateTime.UtcNow < end)
                {
                    await Task.Delay(50, Cancel);
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            Proxy.Cut();
            await Store.DisposeAsync();
            await Proxy.DisposeAsync();
            await Database.DisposeAsync();
        }
    }
}
