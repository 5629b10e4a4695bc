using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots;

namespace ControlPlane.Grains.Tests.Cluster;

public sealed class RunnerLossTests
{
    private static readonly BotRegistration s_polygonOnly = new("Momentum", "u1", ["polygon"], null, null);

    [Fact]
    public async Task Runner_WhoseLeaseRanOut_DegradesItsBotAlone_AndIsOnRecord()
    {
        await using var cluster = await Ready();
        var bot = await Register(cluster, "momentum");
        var other = await Register(cluster, "other");
        await Alive(bot);
        Assert.DoesNotContain(Codes.RunnerLost, await BlockersOf(bot));
        await UntilLost(cluster, bot);

        var view = (await bot.Get())!;
        Assert.Equal((SystemStatus.Degraded, Severity.Degraded), (view.Readiness, view.Blockers.Single(b => b.Code == Codes.RunnerLost).Severity));
        Assert.Equal(SystemStatus.Degraded, (await Row(cluster, "momentum")).Readiness);
        Assert.Equal(SystemStatus.Ok, cluster.Status());
        Assert.Equal(SystemStatus.Ok, (await other.Get())!.Readiness);
        await cluster.Until(() => Lost(cluster).Count() == 1, "the loss is on record", 2);

        // It bars no start, and the start ends it.
        Assert.True((await bot.Start("r2", null, ControlPlaneCluster.Runner)).Granted);
        Assert.DoesNotContain(Codes.RunnerLost, await BlockersOf(bot));
        Assert.Equal(SystemStatus.Ok, (await Row(cluster, "momentum")).Readiness);
    }

    [Fact]
    public async Task Runner_LostWithAPosition_DegradesTheSystem_UntilThePositionIsClosed()
    {
        await using var cluster = await Ready();
        var bot = await Register(cluster, "momentum");
        var other = await Register(cluster, "other");
        await Alive(bot);
        await bot.RecordTrade(Trade(cluster));
        await UntilLost(cluster, bot);
        await cluster.Until(() => cluster.Status() == SystemStatus.Degraded, "the system is degraded", 5);
        var blocker = Assert.Single(cluster.Node.Read().Snapshot!.Blockers);
        Assert.Equal((Codes.RunnerLost, "momentum", Severity.Degraded), (blocker.Code, blocker.BotId, blocker.Severity));
        Assert.Equal(TradingState.Active, cluster.Node.Read().Snapshot!.TradingState);

        // Another bot is not degraded by it, nor barred.
        Assert.Equal(SystemStatus.Ok, (await other.Get())!.Readiness);
        Assert.True((await other.Start("r9", null, ControlPlaneCluster.Runner)).Granted);

        await bot.RecordTrade(Trade(cluster) with { ClosedAt = cluster.Clock.GetUtcNow(), Pnl = -1 });
        await cluster.Until(() => cluster.Status() == SystemStatus.Ok, "the position is closed", 10);
        Assert.Contains(Codes.RunnerLost, await BlockersOf(bot));
    }

    [Fact]
    public async Task Runner_LostWithAPosition_IsKnownAfterARestart_WithoutACallOfAnybody()
    {
        await using var first = await Ready();
        var bot = await Register(first, "momentum");
        await Alive(bot);
        await bot.RecordTrade(Trade(first));
        await UntilLost(first, bot);
        await using var second = await first.RestartAsync();
        second.SetAllKeys();
        await second.Until(() => second.Status() == SystemStatus.Degraded, "the loss is known again", 40);
        Assert.Contains(second.Node.Read().Snapshot!.Blockers, b => b.Code == Codes.RunnerLost);
    }

    [Fact]
    public async Task Stop_OfALostRunner_SettlesTheLoss()
    {
        await using var cluster = await Ready();
        var bot = await Register(cluster, "momentum");
        var epoch = await Alive(bot);
        await UntilLost(cluster, bot);
        Assert.True((await bot.Stop("r1", epoch, ControlPlaneCluster.Runner)).Done);
        Assert.DoesNotContain(Codes.RunnerLost, await BlockersOf(bot));
        Assert.Equal(RunnerState.Stopped, (await bot.Get())!.Runner.State);
    }

    [Fact]
    public async Task Starts_InALoop_WaitAndAreTold_ReducingOnesDoNotWait()
    {
        await using var cluster = await Ready();
        var bot = await Register(cluster, "momentum");
        var start = new RunnerStart("r1", null, Address: "10.0.0.1");
        for (var i = 0; i < 3; i++) Assert.True((await bot.Start(start, ControlPlaneCluster.Runner)).Granted);
        var epoch = (await bot.Get())!.Runner.Epoch;
        Assert.Contains(Codes.RunnerRestarting, await BlockersOf(bot));
        Assert.Contains((await Row(cluster, "momentum")).Blockers, b => b.Code == Codes.RunnerRestarting);

        var paced = await bot.Start(start, ControlPlaneCluster.Runner);
        Assert.Equal((false, Codes.RunnerRestarting), (paced.Granted, paced.Code));
        Assert.InRange(paced.RetryAfterSeconds!.Value, 1, 20);
        Assert.Equal(epoch, (await bot.Get())!.Runner.Epoch);
        Assert.Null((await bot.Start(start with { ReduceOnly = true }, ControlPlaneCluster.Runner)).RetryAfterSeconds);

        await cluster.Advance(61);
        Assert.DoesNotContain(Codes.RunnerRestarting, await BlockersOf(bot));
        Assert.DoesNotContain((await Row(cluster, "momentum")).Blockers, b => b.Code == Codes.RunnerRestarting);
        Assert.True((await bot.Start(start, ControlPlaneCluster.Runner)).Granted);
    }

    [Fact]
    public async Task Since_OfAnIdleBotsReasons_IsKept()
    {
        await using var cluster = await Ready();
        await Register(cluster, "momentum");
        var before = await Row(cluster, "momentum");
        Assert.NotEmpty(before.Reasons);
        await cluster.Advance(3);
        var after = await Row(cluster, "momentum");
        Assert.Equal(before.Reasons.Select(r => r.Since), after.Reasons.Select(r => r.Since));
        Assert.Equal(before.Reasons.Select(r => r.Since), (await cluster.Grains.GetGrain<IBotGrain>("momentum").Get())!.Reasons.Select(r => r.Since));
    }

    private static TradeTrace Trade(ControlPlaneCluster cluster) =>
        new("t1", "ES", OrderSide.Buy, 1, 100, null, cluster.Clock.GetUtcNow(), null, null, null);

    private static async Task<long> Alive(IBotGrain bot)
    {
        var start = await bot.Start("r1", null, ControlPlaneCluster.Runner);
        Assert.Null((await bot.Heartbeat("r1", start.Epoch, ControlPlaneCluster.Runner)).Code);
        return start.Epoch;
    }

    private static IEnumerable<GateTransition> Lost(ControlPlaneCluster cluster) => cluster.Stores.Transitions.Where(t => t is { Subject: "bot/momentum/runner", To: "lost", Reason: Codes.RunnerLost });

    private static Task UntilLost(ControlPlaneCluster cluster, IBotGrain bot) =>
        cluster.Until(async () => (await bot.Get())!.Runner is { State: RunnerState.Lost, Since: not null } && (await BlockersOf(bot)).Contains(Codes.RunnerLost), "the runner is lost", 40);

    private static async Task<string[]> BlockersOf(IBotGrain bot) => [.. (await bot.Get())!.Blockers.Select(b => b.Code)];

    private static async Task<BotView> Row(ControlPlaneCluster cluster, string id) =>
        (await cluster.Grains.GetGrain<IBotDirectoryGrain>(BotDirectoryGrain.ShardOf(id)).List()).Single(b => b.BotId == id);

    private static async Task<ControlPlaneCluster> Ready()
    {
        var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        return cluster;
    }

    private static async Task<IBotGrain> Register(ControlPlaneCluster cluster, string id)
    {
        var bot = cluster.Grains.GetGrain<IBotGrain>(id);
        Assert.True((await bot.Register(s_polygonOnly, ControlPlaneCluster.Operator)).Done);
        return bot;
    }
}
