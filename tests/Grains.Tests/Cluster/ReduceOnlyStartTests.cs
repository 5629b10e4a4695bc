using ControlPlane.Abstractions;
using static ControlPlane.Grains.Tests.Cluster.OrderScene;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>A bot that went away with a position comes back to leave it, whatever holds the system back.</summary>
public sealed class ReduceOnlyStartTests
{
    private static readonly RunnerStart s_reduceOnly = new("r1", null, ReduceOnly: true);

    [Fact]
    public async Task Blocked_BotWithAPosition_GetsALeaseForExitsAndCancelsAlone_AlsoOnceTheGateOpens()
    {
        await using var cluster = await Ready(c => c.Verify.MinIntervalSeconds = 0);
        var (bot, _) = await Running(cluster);
        await bot.RecordTrade(Trade(cluster, "t1", 2));
        await cluster.Advance(31);
        await Verify(cluster, VerifyStatus.Invalid);
        await cluster.UntilBlocked(2);
        Assert.Equal(Codes.IntegrationVerifyFailed, (await bot.Start("r1", null, ControlPlaneCluster.Runner)).Code);

        var start = await bot.Start(s_reduceOnly, ControlPlaneCluster.Runner);
        Assert.True(start is { Granted: true, ReduceOnly: true, SystemStatus: SystemStatus.Blocked }, start.Code);
        var permit = cluster.Node.For("momentum", start.Epoch);
        await cluster.Until(() => permit.Check() is { MayReduce: true, MayCancel: true, MayOpen: false }, "exits are permitted", 2);
        var halted = await bot.Heartbeat("r1", start.Epoch, ControlPlaneCluster.Runner);
        Assert.Equal((null, Directive.Halt, true), (halted.Code, halted.Directive, halted.Exits));
        Assert.Contains(Codes.IntegrationVerifyFailed, (await bot.Ask(Order)).Refusals.Select(r => r.Code));
        Assert.True((await bot.Ask(Exit)).Allowed);

        await Verify(cluster, VerifyStatus.Valid);
        await cluster.UntilOk();
        var open = await bot.Heartbeat("r1", start.Epoch, ControlPlaneCluster.Runner);
        Assert.Equal((null, Directive.Reduce, true), (open.Code, open.Directive, open.Exits));
        await cluster.Until(() => permit.Check().TradingState == TradingState.Reducing, "reducing", 2);
        Assert.Equal([Codes.OperationNotAllowed], permit.Explain());
        Assert.Equal([Codes.OperationNotAllowed], (await bot.Ask(Order)).Refusals.Select(r => r.Code));
        var exit = await bot.Ask(Exit with { Price = null });
        Assert.True(exit.Allowed, Told(exit));

        // An ordinary start ends it.
        var again = await bot.Start("r1", null, ControlPlaneCluster.Runner);
        Assert.True(again is { Granted: true, ReduceOnly: false }, again.Code);
        Assert.Equal(Directive.Continue, (await bot.Heartbeat("r1", again.Epoch, ControlPlaneCluster.Runner)).Directive);
    }

    [Fact]
    public async Task Blocked_BotWithNothing_IsDenied_AndOneWithAnOpenOrderIsNot()
    {
        await using var cluster = await Ready(c => c.Verify.MinIntervalSeconds = 0);
        var (bot, _) = await Running(cluster);
        var flat = cluster.Grains.GetGrain<IBotGrain>("flat");
        Assert.True((await flat.Register(new("Flat", null, ["polygon"], null, null), ControlPlaneCluster.Operator)).Done);
        Assert.True((await bot.Ask(Order)).Allowed);
        await Verify(cluster, VerifyStatus.Invalid);
        await cluster.UntilBlocked(2);
        Assert.Equal(Codes.IntegrationVerifyFailed, (await flat.Start(s_reduceOnly, ControlPlaneCluster.Runner)).Code);
        for (var i = 0; i < 6; i++) Assert.True((await bot.Start(s_reduceOnly, ControlPlaneCluster.Runner)).Granted);
        Assert.Equal(Codes.RunnerAlreadyHeld, (await bot.Start(s_reduceOnly with { RunnerId = "r2" }, ControlPlaneCluster.Runner)).Code);
    }

    [Fact]
    public async Task Live_NeedsNeitherArmingNorTierToReduce_AndAPaperBotIsNoLiveBot()
    {
        await using var cluster = await Ready();
        var bot = cluster.Grains.GetGrain<IBotGrain>("momentum");
        await bot.Register(new("Momentum", "u1", ["polygon"], TradingMode.Live, null), ControlPlaneCluster.Operator);
        await bot.RecordTrade(Trade(cluster, "t1", 2));
        Assert.Equal(Codes.LiveNotArmed, (await bot.Start("r1", TradingMode.Live, ControlPlaneCluster.Runner)).Code);
        var start = await bot.Start(s_reduceOnly with { Mode = TradingMode.Live }, ControlPlaneCluster.Runner);
        Assert.True(start.Granted, start.Code);
        Assert.Equal(Directive.Reduce, (await bot.Heartbeat("r1", start.Epoch, ControlPlaneCluster.Runner)).Directive);
        var exit = await bot.Ask(Exit);
        Assert.True(exit.Allowed, Told(exit));
        Assert.Equal([Codes.OperationNotAllowed, Codes.LiveNotArmed, Codes.TierTooLow], (await bot.Ask(Order)).Refusals.Select(r => r.Code));

        var paper = cluster.Grains.GetGrain<IBotGrain>("paper");
        await paper.Register(new("Paper", null, ["polygon"], null, null), ControlPlaneCluster.Operator);
        await paper.RecordTrade(Trade(cluster, "t1", 2));
        Assert.Equal(Codes.LiveNotArmed, (await paper.Start(s_reduceOnly with { Mode = TradingMode.Live }, ControlPlaneCluster.Runner)).Code);
    }

    private static async Task Verify(ControlPlaneCluster cluster, VerifyStatus status)
    {
        cluster.Verifier.Answer("openai", status);
        await cluster.Grains.GetGrain<IProviderGrain>("openai").Verify(ControlPlaneCluster.Operator);
    }
}
