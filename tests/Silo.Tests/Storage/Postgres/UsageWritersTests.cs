using ControlPlane.Abstractions;
using ControlPlane.Silo.Storage.Postgres.Usage;

namespace ControlPlane.Silo.Tests.Storage.Postgres;

public sealed class UsageWritersTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(UsageWriters.WorthASecond - 1, 0, 0)]
    [InlineData(UsageWriters.WorthASecond, 0, 1)]
    [InlineData(5_000, 5_000, 0)]
    [InlineData(5_001, 5_000, 1)]
    [InlineData(100, 5_000, 0)]
    public void Choose_ByTheRowsThatWait_SharesOneCommitAsLongAsItIsSmall(int first, int second, int chosen) =>
        Assert.Equal(chosen, UsageWriters.Choose(first, second));

    /// <summary>The same ids come to both writers at the same time, in groups of every size.</summary>
    [Theory]
    [InlineData(500)]
    [InlineData(7)]
    public async Task Append_TheSameEventsFromManyCallsAtOnce_WritesEachOnce(int perCall)
    {
        await using var database = await SharedPostgres.Current.CreateAsync();
        await using var store = await PostgresStore.OpenAsync(database.ConnectionString);
        var events = Sample.Events(perCall * 8);
        var calls = Enumerable.Range(0, 32).Select(call => events.Skip(perCall * (call % 8)).Take(perCall).Reverse().ToList()).ToList();

        var appends = await Task.WhenAll(calls.Select(call => store.Usage.AppendAsync(call, Cancel)));

        Assert.Equal(events.Count, appends.Sum(append => append.Written.Count(written => written)));
        var window = await store.Usage.ReadWindowAsync("polygon", DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, Cancel);
        Assert.Equal(events.Count, window.Seconds.Sum(second => second.Calls));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    public async Task Append_EveryField_ComesBackAsItWas_HoweverManyComeTogether(int count)
    {
        await using var database = await SharedPostgres.Current.CreateAsync();
        await using var store = await PostgresStore.OpenAsync(database.ConnectionString);
        var whole = new UsageEvent(
            Guid.NewGuid(), Sample.Noon.AddTicks(12_345_670), "größer", "b\U0001F600", "polygon", "GET /x", UsageStatus.Timeout, 504, 12, new string('a', 32), "E'\"1");
        var bare = new UsageEvent(Guid.NewGuid(), Sample.Noon.AddSeconds(2), null, null, "polygon", "call", UsageStatus.Ok, null, null, null, null);
        await store.Usage.AppendAsync([whole, bare, .. Sample.Events(count, provider: "databento")], Cancel);
        Assert.Equal([bare, whole], (await store.Usage.PageAsync("polygon", 10, null, Cancel)).Items);
    }
}
