using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Agreement;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>Nothing is granted, armed or continued after the answer of a kill or a disarm, however slow the store is.</summary>
public sealed class OvertakenTests
{
    private static readonly BotRegistration s_live = new("B", "u1", ["polygon"], TradingMode.Live, ImmutableSortedDictionary<string, decimal>.Empty, ["ES"], "m-1");

    [Fact]
    public async Task Start_OvertakenByAKill_IsDenied_25Rounds()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        var bot = cluster.Grains.GetGrain<IBotGrain>("b");
        Assert.True((await bot.Register(new("B", null, ["polygon"], null, null), ControlPlaneCluster.Operator)).Done);
        for (var round = 0; round < 25; round++)
        {
            var fault = cluster.Storage.Fault = new(StateNames.Bot) { Waits = true };
            var start = bot.Start("r1", null, ControlPlaneCluster.Runner);
            await fault.Came;
            Assert.True((await KillIdTests.Engage(cluster, KillIdTests.Order(round % 5 == 4 ? "b" : null))).Answer!.Engaged);
            cluster.Storage.Fault = null;
            fault.Go();
            await cluster.Until(() => start.IsCompleted, "the start answers", 10);
            Assert.Equal((round, false, Codes.KillSwitchEngaged), (round, (await start).Granted, (await start).Code));
            var releasing = round % 5 == 4 ? bot.Release("next", ControlPlaneCluster.Operator) : (Task)cluster.System.Release("next", ControlPlaneCluster.Operator);
            await cluster.Until(() => releasing.IsCompleted, "released", 10);
            await cluster.UntilOk();
            await cluster.Until(() => cluster.SpoolOf().IsEmpty, "the release is heard of", 10);
        }

        Assert.True((await bot.Start("r1", null, ControlPlaneCluster.Runner)).Granted);
    }

    [Fact]
    public async Task Disarm_WithANodeThatDoesNotAnswer_WaitsForItsLease()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        await cluster.Advance(5);
        Assert.True((await cluster.System.ArmLive(TimeSpan.FromMinutes(5), "t", ControlPlaneCluster.Operator)).Done);
        var bot = cluster.Grains.GetGrain<IBotGrain>("b");
        Assert.True((await bot.Register(s_live, ControlPlaneCluster.Operator)).Done);
        Assert.True((await bot.ArmLive(TimeSpan.FromMinutes(5), "t", ControlPlaneCluster.Operator)).Done);
        foreach (var disarm in new Func<Task>[] { () => cluster.System.DisarmLive("t", ControlPlaneCluster.Operator), () => bot.DisarmLive("t", ControlPlaneCluster.Operator) })
        {
            // It hears everything up to now, and nothing after.
            await cluster.System.WaitForChange(new GateFollowRequest("frozen", default, 0, cluster.Service<NodeAgreement>().Text));
            var disarming = disarm();
            await cluster.Advance(2.5);
            Assert.False(disarming.IsCompleted);
            await cluster.Until(() => disarming.IsCompleted, "its lease has ended", 3);
            await disarming;
        }

        Assert.False(cluster.Node.Read().Snapshot!.Live.Armed);
        Assert.False((await bot.Get())!.Live.Armed);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("b")]
    public async Task Kill_DisarmsLiveOfWhatItStops_AndArmingWaitsForTheRelease(string? killed)
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        var bot = cluster.Grains.GetGrain<IBotGrain>("b");
        Assert.True((await bot.Register(s_live, ControlPlaneCluster.Operator)).Done);
        Assert.True((await cluster.System.ArmLive(TimeSpan.FromMinutes(5), "t", ControlPlaneCluster.Operator)).Done);
        Assert.True((await bot.ArmLive(TimeSpan.FromMinutes(5), "t", ControlPlaneCluster.Operator)).Done);
        await KillIdTests.Engage(cluster, KillIdTests.Order(killed));
        Assert.Equal(killed is null ? Codes.KillSwitchEngaged : null, (await cluster.System.ArmLive(TimeSpan.FromMinutes(5), "t", ControlPlaneCluster.Operator)).Code);
        Assert.Equal(Codes.KillSwitchEngaged, (await bot.ArmLive(TimeSpan.FromMinutes(5), "t", ControlPlaneCluster.Operator)).Code);
        if (killed is null) Assert.True((await cluster.System.Release("done", ControlPlaneCluster.Operator)).Done);
        else Assert.True((await bot.Release("done", ControlPlaneCluster.Operator)).Done);
        await cluster.UntilOk();
        Assert.Equal(killed is not null, cluster.Node.Read().Snapshot!.Live.Armed);
        Assert.False((await bot.Get())!.Live.Armed);
    }

    [Fact]
    public async Task Arming_OvertakenByAKill_ArmsNothing()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        cluster.Stores.Hang();
        var arming = cluster.System.ArmLive(TimeSpan.FromMinutes(5), "t", ControlPlaneCluster.Operator);
        await KillIdTests.Engage(cluster, KillIdTests.Order(null));
        cluster.Stores.Resume();
        await cluster.Until(() => arming.IsCompleted, "answers", 5);
        Assert.False((await arming).Done);
        Assert.False(cluster.Node.Read().Snapshot!.Live.Armed);
    }
}
