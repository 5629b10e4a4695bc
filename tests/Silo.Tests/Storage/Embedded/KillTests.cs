namespace ControlPlane.Silo.Tests.Storage.Embedded;

public sealed class KillTests
{
    private const int Rounds = 8;
    private const int Writers = 6;

    [Fact]
    public async Task Kill_DuringIngestAgainAndAgain_EveryAcknowledgedEventIsThereOnce()
    {
        await using var fixture = new EmbeddedStoreFixture();
        var acknowledged = new HashSet<Guid>();
        for (var run = 1; run <= Rounds; run++)
        {
            using var child = await StoreProcess.StartAsync(fixture.DataDirectory, run, Writers);
            var killAfter = Random.Shared.Next(1, 120);
            var killed = Task.CompletedTask;
            for (var read = 1; await child.NextAsync() is { } batch; read++)
            {
                acknowledged.UnionWith(batch.Ids(run));
                if (read == killAfter)
                {
                    killed = child.KillAsync();
                }
            }

            await killed;
            AssertNothingLostOrDoubled(fixture.DatabasePath, acknowledged);
        }

        await using var store = await fixture.OpenAsync();
        var window = await store.Usage.ReadWindowAsync("polygon", DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, TestContext.Current.CancellationToken);
        Assert.True(window.Seconds.Sum(s => s.Calls) >= acknowledged.Count);
    }

    private static void AssertNothingLostOrDoubled(string path, HashSet<Guid> acknowledged)
    {
        using var database = SqliteAside.Open(path);
        Assert.Equal("ok", database.Text("PRAGMA integrity_check"));
        var stored = database.Ids("SELECT event_id FROM integration_usage_events").ToList();
        Assert.Equal(stored.Count, stored.Distinct().Count());
        Assert.Empty(acknowledged.Except(stored));
        Assert.Equal(stored.Count, database.Scalar("SELECT COUNT(*) FROM usage_event_ids"));
        Assert.Equal(stored.Count, database.Scalar("SELECT COALESCE(SUM(calls), 0) FROM usage_seconds"));
        Assert.Equal(
            database.Scalar("SELECT COUNT(*) FROM integration_usage_events WHERE status <> 0"),
            database.Scalar("SELECT COALESCE(SUM(errors), 0) FROM usage_seconds"));

        // A batch stands whole or not at all, also the ones nobody heard back about.
        var sizes = stored.GroupBy(id => id.ToString()[..18]).Select(batch => (Batch: Batch(batch.First()), Size: batch.Count()));
        Assert.All(sizes, b => Assert.Equal(1 + ((b.Batch * 37) % 200), b.Size));
    }

    private static int Batch(Guid id) => Convert.ToInt32(id.ToString()[14..18], 16);
}
