using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Gates.Agreement;
using ControlPlane.Grains.Integrations;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>A gate that may have been replaced says of nothing that all nodes know it.</summary>
public sealed class GateOfficeTests
{
    [Fact]
    public async Task StoreAwayForLongerThanTheLease_ASiloDoesNotFollow_NothingIsSaidToBeKnown_AndTheKillIsDeliveredLater()
    {
        var hosts = new Silos { Total = 1 };
        await using var cluster = await Open(hosts);
        var bot = cluster.Grains.GetGrain<IBotGrain>("b");
        cluster.Storage.Frozen = true;

        // Within the lease nobody else can be the gate.
        Assert.True((await KillIdTests.Engage(cluster, KillIdTests.Order("b"))).Answer is { Engaged: true, Durable: false });
        await cluster.Advance(4);

        // As long as every silo follows this gate there can be no other.
        var alone = cluster.System.Kill("x", ControlPlaneCluster.Operator);
        await cluster.Until(() => alone.IsCompleted, "answers", 2);
        Assert.True(await alone is { Engaged: true, Durable: false });
        hosts.Total = 2;
        foreach (var act in new Func<Task>[]
            { () => cluster.System.Kill("x", ControlPlaneCluster.Operator), () => bot.Kill("x", ControlPlaneCluster.Operator), () => cluster.System.DisarmLive("x", ControlPlaneCluster.Operator), () => bot.DisarmLive("x", ControlPlaneCluster.Operator) })
        {
            var acting = act();
            await cluster.Until(() => acting.IsCompleted, "answers", 2);
            await Assert.ThrowsAsync<TimeoutException>(() => acting);
        }

        var kept = await KillIdTests.Engage(cluster, KillIdTests.Order(null));
        Assert.False(kept.Taken);
        Assert.Equal(TradingState.Halted, cluster.Node.Check().TradingState);
        cluster.Storage.Frozen = false;
        await cluster.Until(() => cluster.SpoolOf().All.All(k => k.Taken), "delivered");
        await cluster.Until(() => cluster.Node.Read().Snapshot is { Kill: { Engaged: true, Durable: true } }, "on disk");
    }

    [Fact]
    public async Task AnotherGateHasWrittenTheRow_AKillThatWaitsForANode_IsNotAnswered()
    {
        await using var cluster = await Open(new Silos { Total = 1 });

        // It hears everything up to now, and nothing after.
        await cluster.System.WaitForChange(new GateFollowRequest("frozen", default, 0, cluster.Service<NodeAgreement>().Text));
        var killing = cluster.System.Kill("x", ControlPlaneCluster.Operator);
        cluster.Storage.WriteFromElsewhere("gate-lease");
        await cluster.Until(() => killing.IsCompleted, "answers before the node's lease has ended", 2);
        await Assert.ThrowsAsync<TimeoutException>(() => killing);
    }

    private static async Task<ControlPlaneCluster> Open(IHostCount hosts)
    {
        var cluster = await ControlPlaneCluster.StartAsync(c => c.Hosts = hosts);
        cluster.SetAllKeys();
        await cluster.UntilOk();
        Assert.True((await cluster.Grains.GetGrain<IBotGrain>("b").Register(new("B", null, ["polygon"], null, null), ControlPlaneCluster.Operator)).Done);
        return cluster;
    }

    private sealed class Silos : IHostCount
    {
        public int Total { get; set; }
    }
}
