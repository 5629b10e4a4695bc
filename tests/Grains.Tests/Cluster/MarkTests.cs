using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk.Marks;
using static ControlPlane.Grains.Tests.Cluster.OrderScene;

namespace ControlPlane.Grains.Tests.Cluster;

public sealed class MarkTests
{
    [Fact]
    public async Task OpeningOrder_OnPaper_SaysWhetherAnybodyElseKnowsThePrice_AndAnOwnMarkOnlyTightens()
    {
        await using var cluster = await Ready();
        var (bot, _) = await Running(cluster);
        await bot.ReportMark("ES", 100);
        var alone = await bot.Ask(Order);
        Assert.True(alone.Allowed, Told(alone));
        Assert.False(alone.IndependentMark);

        // Another bot's trade that fills no granted order is nobody's mark.
        var liar = await Started(cluster, "liar");
        await liar.RecordTrade(Trade(cluster, "invented", 1) with { Price = 5 });
        Assert.False((await bot.Ask(Order with { Quantity = 2 })).IndependentMark);

        var other = await Started(cluster, "other");
        var granted = await other.Ask(Order);
        await other.RecordTrade(Trade(cluster, "t1", 1) with { OrderId = granted.OrderId });
        Assert.True((await bot.Ask(Order with { Quantity = 3 })).IndependentMark);

        // The own mark can't let through what is far from the other's.
        await bot.ReportMark("ES", 200);
        Assert.Equal([IndependentMarkPolicy.Rule], (await bot.Ask(Order with { Price = 200 })).Refusals.Select(r => r.Rule));
        Assert.Equal(["price_collar_percent"], (await bot.Ask(Order with { Quantity = 4 })).Refusals.Select(r => r.Rule));
    }

    private static async Task<IBotGrain> Started(ControlPlaneCluster cluster, string id)
    {
        var bot = cluster.Grains.GetGrain<IBotGrain>(id);
        await bot.Register(new(id, null, ["polygon"], null, null), ControlPlaneCluster.Operator);
        Assert.True((await bot.Start("r2", null, ControlPlaneCluster.Runner)).Granted);
        return bot;
    }
}
