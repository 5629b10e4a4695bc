using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Tests.Cluster;

public sealed class EndedSessionsTests
{
    [Fact]
    public async Task EndedSession_StaysEndedAcrossARestartAndIsForgottenAfterItsTime()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var end = cluster.Clock.GetUtcNow().AddHours(12);
        Assert.True(await Sessions(cluster).End("first", end));
        Assert.Equal((true, false), (await Sessions(cluster).IsEnded("first", DateTimeOffset.MaxValue), await Sessions(cluster).IsEnded("second", DateTimeOffset.MaxValue)));

        await using var later = await cluster.RestartAsync();
        Assert.True(await Sessions(later).IsEnded("first", DateTimeOffset.MaxValue));
        later.Clock.SetUtcNow(end.AddSeconds(1));
        await Sessions(later).End("third", end.AddHours(1));
        Assert.Equal((false, true), (await Sessions(later).IsEnded("first", DateTimeOffset.MaxValue), await Sessions(later).IsEnded("third", DateTimeOffset.MaxValue)));
    }

    [Fact]
    public async Task StoreLost_CountsAtOnceAndIsWrittenLater()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        Assert.False(await Sessions(cluster).IsEnded("first", DateTimeOffset.MaxValue));
        cluster.Stores.Failing = true;
        Assert.False(await Sessions(cluster).End("first", cluster.Clock.GetUtcNow().AddHours(12)));
        Assert.True(await Sessions(cluster).IsEnded("first", DateTimeOffset.MaxValue));

        cluster.Stores.Resume();
        await cluster.Advance(3);
        await using var later = await cluster.RestartAsync();
        Assert.True(await Sessions(later).IsEnded("first", DateTimeOffset.MaxValue));
    }

    [Fact]
    public async Task StoreUnreadable_NobodyCanTell()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.Stores.Failing = true;
        await Assert.ThrowsAnyAsync<Exception>(() => Sessions(cluster).IsEnded("first", DateTimeOffset.MaxValue));
    }

    private static IEndedSessionsGrain Sessions(ControlPlaneCluster cluster) => cluster.Grains.GetGrain<IEndedSessionsGrain>(0);
}
