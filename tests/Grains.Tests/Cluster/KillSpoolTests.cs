using ControlPlane.Abstractions;
using ControlPlane.Grains.Kills;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>A kill is kept until whoever holds the switch has written it, whatever fails meanwhile.</summary>
public sealed class KillSpoolTests
{
    [Fact]
    public async Task Kill_TheGateCannotStart_IsKeptAndHoldsOnceItCan()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync(c => c.Storage.FrozenState = "gate-lease");
        cluster.SetAllKeys();
        var delivered = await Engage(cluster, Order(null));
        Assert.False(delivered.Taken);
        Assert.Single(cluster.Spool.Kills);

        cluster.Storage.FrozenState = null;
        await cluster.Until(() => cluster.Node.Read() is { IsLive: true, Snapshot.Kill: { Engaged: true, Durable: true } }, "engaged and durable");
        await cluster.Until(() => cluster.Spool.Kills is [{ Taken: true }], "kept as taken, until its release");
        await cluster.Until(() => cluster.Stores.Audit.Any(a => a.Fact is { Action: "kill.delivered", Outcome: "done" }), "chained later");
        Assert.DoesNotContain(cluster.Stores.Transitions, t => t is { Subject: "system", To: "OK" });
    }

    [Fact]
    public async Task Kill_NotDurableAndTheProcessDies_HoldsBeforeAnythingOpensAgain()
    {
        var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        cluster.Stores.Failing = true;
        var delivered = await Engage(cluster, Order(null));
        Assert.True(delivered is { Taken: true, Answer: { Engaged: true, Durable: false } });
        Assert.Single(cluster.Spool.Kills);

        cluster.Stores.Resume();
        cluster.Storage.Frozen = true;
        var opened = cluster.Stores.Transitions.Count(t => t is { Subject: "system", To: "OK" });
        await using var next = await cluster.RestartAsync(c => c.Storage.Frozen = false);
        await next.Until(() => next.Node.Read() is { IsLive: true, Snapshot: { Kill: { Engaged: true, Durable: true }, Gates: var gates } } && gates.All(g => g.Healthy), "gates hold, the kill too");
        Assert.Equal(opened, next.Stores.Transitions.Count(t => t is { Subject: "system", To: "OK" }));

        // From the first decision of the new process on, not only once it was delivered again.
        var epoch = next.Node.Read().Snapshot!.Epoch;
        Assert.Contains(next.Stores.Transitions, t => t.Epoch == epoch && t is { Version: 1, Subject: "kill_switch", To: "engaged" });
        Assert.True((await next.System.Release("done", ControlPlaneCluster.Operator)).Done);
        await next.UntilOk();
    }

    [Fact]
    public async Task Kill_OfABotWithoutAStore_HoldsThroughARestart()
    {
        var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        Assert.True((await cluster.Grains.GetGrain<IBotGrain>("b").Register(new("B", null, ["polygon"], null, null), ControlPlaneCluster.Operator)).Done);
        cluster.Stores.Failing = true;
        var delivered = await Engage(cluster, Order("b"));
        Assert.True(delivered.Answer is { Engaged: true, Durable: false });

        cluster.Stores.Resume();
        cluster.Storage.Frozen = true;
        await using var next = await cluster.RestartAsync(c => c.Storage.Frozen = false);
        await next.UntilOk();
        Assert.True((await next.Grains.GetGrain<IBotGrain>("b").Get())!.Kill.Engaged);
        var start = await next.Grains.GetGrain<IBotGrain>("b").Start("r", null, ControlPlaneCluster.Runner);
        Assert.Equal((false, Codes.KillSwitchEngaged), (start.Granted, start.Code));
        await next.Until(() => next.Spool.Kills is [{ Taken: true }], "durable, and kept until its release");
        Assert.True((await next.Grains.GetGrain<IBotGrain>("b").Release("done", ControlPlaneCluster.Operator)).Done);
        await next.Until(() => next.Spool.Kills.IsEmpty, "released, so not kept any longer");
    }

    [Fact]
    public async Task Kill_DeliveredAgainAfterItsRelease_EngagesNothing()
    {
        var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        var order = Order(null);
        await Engage(cluster, order);
        Assert.True((await cluster.System.Release("done", ControlPlaneCluster.Operator)).Done);
        Assert.True((await cluster.System.DeliverKill(order)).Superseded);

        await using var next = await cluster.RestartAsync();
        await next.UntilOk();
        Assert.True((await next.System.DeliverKill(order)).Superseded);
        Assert.False(next.Node.Read().Snapshot!.Kill.Engaged);
    }

    [Fact]
    public async Task Kill_DiskAndSpoolFull_HoldsInMemoryAndIsWrittenLater()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        cluster.Stores.Failing = cluster.Spool.Full = true;
        Assert.True((await Engage(cluster, Order(null))).Answer is { Engaged: true, Durable: false });
        Assert.Equal(TradingState.Halted, cluster.Node.Check().TradingState);
        Assert.Empty(cluster.Spool.Kills);
        cluster.Stores.Resume();
        await cluster.Until(() => cluster.Node.Read().Snapshot!.Kill is { Engaged: true, Durable: true }, "written later");
    }

    [Fact]
    public async Task Kill_NobodyTookIt_ThisNodeLetsNothingPass()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        cluster.Node.ForceClosed(Order(null));
        await cluster.Advance(2);
        Assert.Equal(TradingState.Halted, cluster.Node.Check().TradingState);
        Assert.Equal(Codes.KillSwitchEngaged, cluster.Node.Read().Snapshot!.Blockers[0].Code);
        cluster.Node.Clear(null, heard: false);
        await cluster.Until(() => cluster.Node.Check().TradingState == TradingState.Active, "free again", 3);
    }

    [Fact]
    public async Task Drill_StopsNobody_AndTellsHowLongEachTook()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        var bot = cluster.Grains.GetGrain<IBotGrain>("b");
        await bot.Register(new("B", null, ["polygon"], null, null), ControlPlaneCluster.Operator);
        var start = await bot.Start("r1", null, ControlPlaneCluster.Runner);
        Assert.True(start.Granted);
        var gate = cluster.Node.For("b", start.Epoch);
        await cluster.Until(() => gate.Check().MayOpen, "the bot may act", 3);

        var drill = cluster.System.Drill(ControlPlaneCluster.Operator);
        for (var i = 0; i < 15 && !drill.IsCompleted; i++)
        {
            await cluster.Advance(0.3);
            Assert.True(gate.Check().MayOpen);
            if (i == 5) Assert.Equal(Directive.Continue, (await bot.Heartbeat("r1", start.Epoch, ControlPlaneCluster.Runner)).Directive);
        }

        var report = await drill;
        Assert.NotNull(Assert.Single(report.Nodes).Ms);
        var runner = Assert.Single(report.Runners);
        Assert.Equal(("b", "r1"), (runner.BotId, runner.RunnerId));
        Assert.True(runner.Ms >= 1000, $"{runner.Ms}: the runner hears with its heartbeat, not before");
        Assert.NotNull(report.StoreMs);
        Assert.Single(cluster.Stores.Drills);
        Assert.Contains(cluster.Stores.Transitions, t => t.Subject == "kill_drill");
        Assert.False(cluster.Node.Read().Snapshot!.Kill.Engaged);
    }

    [Fact]
    public async Task Drill_ARunnerThatIsSilent_IsNullAfterOneRenewal()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        var bot = cluster.Grains.GetGrain<IBotGrain>("b");
        await bot.Register(new("B", null, ["polygon"], null, null), ControlPlaneCluster.Operator);
        await bot.Start("r1", null, ControlPlaneCluster.Runner);
        cluster.Stores.Hang();
        var drill = cluster.System.Drill(ControlPlaneCluster.Operator);
        await cluster.Until(() => drill.IsCompleted, "the drill ends by itself", cluster.Runners.RenewSeconds + 8);
        var report = await drill;
        Assert.Null(Assert.Single(report.Runners).Ms);
        Assert.Equal((null, false), (report.StoreMs, report.Recorded));
    }

    [Fact]
    public async Task Kill_CountsTheRunnersWhoseHeartbeatHeardOfIt()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        var bot = cluster.Grains.GetGrain<IBotGrain>("b");
        await bot.Register(new("B", null, ["polygon"], null, null), ControlPlaneCluster.Operator);
        var start = await bot.Start("r1", null, ControlPlaneCluster.Runner);
        await bot.Heartbeat("r1", start.Epoch, ControlPlaneCluster.Runner);
        var deaf = (await Engage(cluster, Order(null))).Answer!;
        Assert.Equal(new Acknowledgements(0, 1), deaf.Runners);
        await cluster.Until(() => cluster.Node.Read().Snapshot!.Kill.Engaged, "the node knows");
        Assert.Equal(Directive.Halt, (await bot.Heartbeat("r1", start.Epoch, ControlPlaneCluster.Runner)).Directive);
        var again = (await Engage(cluster, Order(null))).Answer!;
        Assert.Equal(new Acknowledgements(1, 1), again.Runners);
    }

    private static async Task<DeliveredKill> Engage(ControlPlaneCluster cluster, KillOrder order)
    {
        var delivery = cluster.Kills.EngageAsync(order);
        await cluster.Until(() => delivery.IsCompleted, "the kill answers", 10);
        return await delivery;
    }

    private static KillOrder Order(string? bot) => new(Guid.NewGuid(), bot, "stop", ControlPlaneCluster.Operator, DateTimeOffset.UnixEpoch);
}
