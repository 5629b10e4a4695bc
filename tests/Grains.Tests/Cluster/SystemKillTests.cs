using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Tests.Cluster;

public sealed class SystemKillTests
{
    [Fact]
    public async Task Kill_AnswersOnlyWhenTheNodeKnows_AndOutlivesARestart()
    {
        var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        var kill = cluster.System.Kill("drill", ControlPlaneCluster.Operator);
        await cluster.Until(() => kill.IsCompleted, "the kill answers", 4);
        var answer = await kill;
        Assert.Equal(TradingState.Halted, cluster.Node.Check().TradingState);
        Assert.True(answer is { Engaged: true, Durable: true });
        Assert.Equal(answer.Nodes.Total, answer.Nodes.Acknowledged);
        Assert.All(cluster.Node.Read().Snapshot!.Gates, g => Assert.True(g.Healthy));

        await using var next = await cluster.RestartAsync();
        await next.Until(() => next.Node.Read().Snapshot is { Gates: var gates } && gates.All(g => g.Healthy), "gates hold again");
        Assert.Equal(SystemStatus.Blocked, next.Status());
        Assert.Equal(Codes.KillSwitchEngaged, next.Node.Read().Snapshot!.Blockers[0].Code);

        var release = await next.System.Release("done", ControlPlaneCluster.Operator);
        Assert.True(release.Done);
        await next.UntilOk();
    }

    [Fact]
    public async Task Kill_AskedForAgainWhileBeingReleased_Wins()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        var kill = cluster.System.Kill("first", ControlPlaneCluster.Operator);
        await cluster.Until(() => kill.IsCompleted, "the kill answers", 5);
        cluster.Stores.Hang();
        var release = cluster.System.Release("too hasty", ControlPlaneCluster.Operator);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        var again = cluster.System.Kill("second", ControlPlaneCluster.Runner);
        await cluster.Until(() => again.IsCompleted, "the second kill answers", 5);
        cluster.Stores.Resume();
        Assert.Equal((false, Codes.KillSwitchEngaged), ((await release).Done, (await release).Code));
        await cluster.Until(() => cluster.Node.Read() is { IsLive: true, Snapshot.Kill: { Engaged: true, Durable: true } }, "still engaged, and written", 10);
    }

    [Fact]
    public async Task Kill_WithoutAStore_HoldsAndIsWrittenLater()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        cluster.Stores.Failing = true;
        var kill = cluster.System.Kill("drill", ControlPlaneCluster.Operator);
        await cluster.Until(() => kill.IsCompleted, "the kill answers", 5);
        Assert.False((await kill).Durable);
        Assert.Equal(TradingState.Halted, cluster.Node.Check().TradingState);
        Assert.Equal(Codes.KillSwitchEngaged, cluster.Node.Read().Snapshot!.Blockers[0].Code);

        Assert.False((await cluster.System.Release("too early", ControlPlaneCluster.Operator)).Done);
        cluster.Stores.Resume();
        await cluster.Until(() => cluster.Node.Read().Snapshot!.Kill is { Engaged: true, Durable: true }, "the kill is written", 10);
    }
}
