using System.Collections.Concurrent;
using System.Diagnostics;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Silo.Storage.Postgres;
using ControlPlane.Testing.Postgres;
using Npgsql;

namespace ControlPlane.Silo.Tests.Storage.Postgres;

/// <summary>A server of their own, which is killed and frozen under the store.</summary>
public sealed class PostgresKillTests
{
    private const int BatchSize = 50;
    private const int Writers = 8;

    /// <summary>Wide: what counts is that nobody hangs, not how busy this machine is.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public Task Append_ServerKilledAgainAndAgain_EachAcknowledgedEventIsThereOnce() => AppendUnderKills(batches: 200, kills: 3);

    [Fact(Explicit = true)]
    [Trait("Category", "Long")]
    public Task Append_TwoHundredThousandEventsUnderKills_EachAcknowledgedEventIsThereOnce() => AppendUnderKills(batches: 4_400, kills: 10);

    [Fact]
    public async Task Server_Frozen_CallsFailWithinTheirLimitAndHealAfterwards()
    {
        await using var server = await PostgresServer.StartAsync();
        var connectionString = await server.CreateDatabaseAsync("frozen");

        // The driver's own limits are far away: what ends a call is that nobody opens when somebody knocks.
        await using var store = await PostgresStore.OpenAsync(
            new PostgresStoreOptions { ConnectionString = connectionString, StatementLimit = TimeSpan.FromSeconds(100), AnswerLimit = TimeSpan.FromSeconds(120) });
        var before = Sample.Events(100);
        var during = Sample.Events(100);
        await store.Usage.AppendAsync(before, Cancel);

        server.Freeze();
        var clock = Stopwatch.StartNew();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Usage.AppendAsync(during, Cancel).WaitAsync(s_timeout, Cancel));
        var first = clock.Elapsed;
        clock.Restart();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Usage.ReadWindowAsync("polygon", DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, Cancel).WaitAsync(s_timeout, Cancel));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Probe.ProbeAsync(Cancel).WaitAsync(s_timeout, Cancel));
        TestContext.Current.SendDiagnosticMessage($"Frozen: the first call failed after {first.TotalSeconds:0.00} s, the next two after {clock.Elapsed.TotalMilliseconds:0.0} ms.");
        server.Thaw();

        await UntilAsync(() => store.Usage.AppendAsync(during, Cancel));
        await store.Probe.ProbeAsync(Cancel);
        await AssertTableHoldsAsync(connectionString, store, [.. before, .. during]);
    }

    private static async Task AppendUnderKills(int batches, int kills)
    {
        await using var server = await PostgresServer.StartAsync(durable: true);
        var connectionString = await server.CreateDatabaseAsync("killed");
        await using var store = await PostgresStore.OpenAsync(connectionString);
        var all = Batches(batches);
        var queue = new ConcurrentQueue<UsageEvent[]>(all);
        var (acknowledged, written, failures) = (0, 0, 0);

        async Task WriteAsync()
        {
            while (queue.TryDequeue(out var batch))
            {
                var append = await UntilAsync(() => store.Usage.AppendAsync(batch, Cancel), () => Interlocked.Increment(ref failures));
                Interlocked.Add(ref written, append.Written.Count(w => w));
                Interlocked.Increment(ref acknowledged);
            }
        }

        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(WriteAsync)));
        var killed = 0;
        for (; killed < kills; killed++)
        {
            // At a point of the work, not of the clock; some batch is then always on its way.
            while (Volatile.Read(ref acknowledged) < all.Length * (killed + 1) / (kills + 1) && !writing.IsCompleted) await Task.Delay(1, Cancel);
            if (writing.IsCompleted) break;
            await server.KillAsync();
            await server.StartAgainAsync();
        }

        await writing;
        await server.KillAsync();
        await server.StartAgainAsync();
        await UntilAsync(async () =>
        {
            await store.Probe.ProbeAsync(Cancel);
            return true;
        });

        var expected = all.SelectMany(b => b).DistinctBy(e => e.EventId).ToArray();
        TestContext.Current.SendDiagnosticMessage($"{expected.Length} events, {killed} kills, {failures} calls failed and were sent again.");
        Assert.Equal(kills, killed);
        Assert.NotEqual(0, failures);
        Assert.InRange(written, 1, expected.Length);
        await AssertTableHoldsAsync(connectionString, store, expected);
    }

    /// <summary>10 % of each batch are events of the batch before, and one batch comes twice as a whole.</summary>
    private static UsageEvent[][] Batches(int count)
    {
        var batches = new List<UsageEvent[]>();
        var at = DateTimeOffset.UtcNow.AddMinutes(-5);
        for (var i = 0; i < count; i++)
        {
            var repeated = batches.Count > 0 ? batches[^1][..(BatchSize / 10)] : [];
            var fresh = Enumerable.Range(0, BatchSize - repeated.Length)
                .Select(n => Sample.Event(at.AddMilliseconds((i * 7) + n), status: n % 7 == 0 ? UsageStatus.Error : UsageStatus.Ok));
            batches.Add([.. repeated, .. fresh]);
        }

        batches.Insert(count / 2, batches[count / 2]);
        return [.. batches];
    }

    /// <summary>As a runner does: what was not acknowledged is sent again.</summary>
    private static async Task<T> UntilAsync<T>(Func<Task<T>> call, Action? onFailure = null)
    {
        var waiting = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await call().WaitAsync(s_timeout, Cancel);
            }
            catch (Exception e) when (e is StoreUnavailableException or StoreBusyException && waiting.Elapsed < s_timeout)
            {
                onFailure?.Invoke();
                await Task.Delay(20, Cancel);
            }
        }
    }

    private static async Task AssertTableHoldsAsync(string connectionString, PostgresStore store, UsageEvent[] expected)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        var found = new List<Guid>();
        await using (var command = source.CreateCommand("SELECT event_id FROM controlplane.integration_usage_events"))
        {
            await using var rows = await command.ExecuteReaderAsync(Cancel);
            while (await rows.ReadAsync(Cancel)) found.Add(rows.GetGuid(0));
        }

        Assert.Equal(expected.Select(e => e.EventId).Order(), found.Order());
        await using var sums = source.CreateCommand(
            "SELECT (SELECT sum(calls)::bigint FROM controlplane.usage_seconds), (SELECT sum(errors)::bigint FROM controlplane.usage_seconds), " +
            "(SELECT count(*) FROM controlplane.usage_event_ids)");
        await using var sum = await sums.ExecuteReaderAsync(Cancel);
        await sum.ReadAsync(Cancel);
        var errors = expected.Count(e => e.Status != UsageStatus.Ok);
        Assert.Equal((expected.Length, errors, expected.Length), (sum.GetInt64(0), sum.GetInt64(1), sum.GetInt64(2)));
        var window = await store.Usage.ReadWindowAsync("polygon", DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, Cancel);
        Assert.Equal((expected.Length, errors), (window.Seconds.Sum(s => s.Calls), window.Seconds.Sum(s => s.Errors)));
    }
}
