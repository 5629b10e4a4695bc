using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Tests.Cluster;

public sealed class BotLeaseTests
{
    private static readonly BotRegistration s_polygonOnly = new("Momentum", "u1", ["polygon"], null, null);

    [Fact]
    public async Task Start_WhileBlocked_IsDeniedWithTheSameBlockers()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        await cluster.Until(() => cluster.Node.Read().Snapshot is { Blockers.Length: 3 }, "the gate is settled");
        var bot = await Register(cluster, "momentum", s_polygonOnly);
        var answer = await bot.Start("r1", TradingMode.Paper, ControlPlaneCluster.Runner);
        Assert.False(answer.Granted);
        Assert.Equal(Codes.IntegrationKeyMissing, answer.Code);
        Assert.Equal(cluster.Node.Read().Snapshot!.Blockers, answer.Blockers);
        Assert.NotEmpty(answer.PathToOk);
        Assert.Null(answer.Lease);
    }

    [Fact]
    public async Task Start_WhenOk_IsGrantedAndTheNodePermits()
    {
        await using var cluster = await Ready();
        var bot = await Register(cluster, "momentum", s_polygonOnly);
        var answer = await bot.Start("r1", null, ControlPlaneCluster.Runner);
        Assert.True(answer.Granted, string.Join(", ", answer.Blockers.Select(b => b.Code)));
        Assert.True(answer.Epoch > 0);
        Assert.Equal((30_000, 10_000, 20_000), (answer.Lease!.TtlMs, answer.Lease.RenewEveryMs, answer.Lease.StopByMs));
        var gate = cluster.Node.For("momentum", answer.Epoch);
        await cluster.Until(() => gate.Check().MayOpen, "the node has heard of the lease", 2);
        Assert.False(cluster.Node.For("momentum", answer.Epoch + 1).Check().MayReduce);
        Assert.False(cluster.Node.For("somebody", 1).Check().MayReduce);
    }

    [Fact]
    public async Task Start_BySecondRunner_IsDeniedUntilTheLeaseEnds()
    {
        await using var cluster = await Ready();
        var bot = await Register(cluster, "momentum", s_polygonOnly);
        var first = await bot.Start("r1", null, ControlPlaneCluster.Runner);
        Assert.Equal(Codes.RunnerAlreadyHeld, (await bot.Start("r2", null, ControlPlaneCluster.Runner)).Code);
        await cluster.Advance(31);
        var second = await bot.Start("r2", null, ControlPlaneCluster.Runner);
        Assert.True(second.Granted, second.Code);
        Assert.True(second.Epoch > first.Epoch);
        var old = await bot.Heartbeat("r1", first.Epoch, ControlPlaneCluster.Runner);
        Assert.Equal((Codes.LeaseFenced, Directive.Halt), (old.Code, old.Directive));
    }

    [Fact]
    public async Task Start_BySameRunnerAgain_FencesItsOldEpoch()
    {
        await using var cluster = await Ready();
        var bot = await Register(cluster, "momentum", s_polygonOnly);
        var first = await bot.Start("r1", null, ControlPlaneCluster.Runner);
        var second = await bot.Start("r1", null, ControlPlaneCluster.Runner);
        Assert.True(second.Epoch > first.Epoch);
        Assert.Equal(Codes.LeaseFenced, (await bot.Heartbeat("r1", first.Epoch, ControlPlaneCluster.Runner)).Code);
        Assert.Equal(Directive.Continue, (await bot.Heartbeat("r1", second.Epoch, ControlPlaneCluster.Runner)).Directive);
    }

    [Fact]
    public async Task Heartbeat_AfterTheLeaseEnded_IsFenced()
    {
        await using var cluster = await Ready();
        var bot = await Register(cluster, "momentum", s_polygonOnly);
        var start = await bot.Start("r1", null, ControlPlaneCluster.Runner);
        var gate = cluster.Node.For("momentum", start.Epoch);
        await cluster.Until(() => gate.Check().MayOpen, "permitted", 2);
        await cluster.Advance(30.5);
        Assert.False(gate.Check().MayReduce);
        Assert.Equal(Codes.LeaseFenced, (await bot.Heartbeat("r1", start.Epoch, ControlPlaneCluster.Runner)).Code);
        await cluster.Until(async () => (await bot.Get())!.Runner.State == RunnerState.StartTimedOut || (await bot.Get())!.Runner.State == RunnerState.Lost, "recorded", 5);
    }

    [Fact]
    public async Task Heartbeat_UnderHalt_KeepsTheLease_AndContinueComesBack()
    {
        await using var cluster = await Ready(c => c.Verify.MinIntervalSeconds = 0);
        var bot = await Register(cluster, "momentum", s_polygonOnly);
        var start = await bot.Start("r1", null, ControlPlaneCluster.Runner);
        var provider = cluster.Grains.GetGrain<IProviderGrain>("openai");
        cluster.Verifier.Answer("openai", VerifyStatus.Invalid);
        await provider.Verify(ControlPlaneCluster.Operator);
        await cluster.UntilBlocked(2);
        var halted = await bot.Heartbeat("r1", start.Epoch, ControlPlaneCluster.Runner);
        Assert.Equal((null, Directive.Halt, SystemStatus.Blocked), (halted.Code, halted.Directive, halted.SystemStatus));
        Assert.NotNull(halted.Lease);
        cluster.Verifier.Answer("openai", VerifyStatus.Valid);
        await provider.Verify(ControlPlaneCluster.Operator);
        await cluster.UntilOk();
        Assert.Equal(Directive.Continue, (await bot.Heartbeat("r1", start.Epoch, ControlPlaneCluster.Runner)).Directive);
    }

    [Fact]
    public async Task Stop_OldEpoch_ChangesNothing()
    {
        await using var cluster = await Ready();
        var bot = await Register(cluster, "momentum", s_polygonOnly);
        var first = await bot.Start("r1", null, ControlPlaneCluster.Runner);
        var second = await bot.Start("r1", null, ControlPlaneCluster.Runner);
        Assert.True((await bot.Stop("r1", first.Epoch, ControlPlaneCluster.Runner)).Done);
        Assert.Equal(Directive.Continue, (await bot.Heartbeat("r1", second.Epoch, ControlPlaneCluster.Runner)).Directive);
        Assert.True((await bot.Stop("r1", second.Epoch, ControlPlaneCluster.Runner)).Done);
        Assert.Equal(Codes.LeaseFenced, (await bot.Heartbeat("r1", second.Epoch, ControlPlaneCluster.Runner)).Code);
        Assert.True((await bot.Start("r2", null, ControlPlaneCluster.Runner)).Granted);
    }

    [Fact]
    public async Task Restart_OfTheControlPlane_FencesTheLeaseAndKeepsOthersOutForItsTime()
    {
        var cluster = await Ready();
        var bot = await Register(cluster, "momentum", s_polygonOnly);
        var start = await bot.Start("r1", null, ControlPlaneCluster.Runner);
        await using var next = await cluster.RestartAsync();
        await next.UntilOk();
        bot = next.Grains.GetGrain<IBotGrain>("momentum");
        Assert.Equal(Codes.LeaseFenced, (await bot.Heartbeat("r1", start.Epoch, ControlPlaneCluster.Runner)).Code);
        Assert.Equal(Codes.RunnerAlreadyHeld, (await bot.Start("r2", null, ControlPlaneCluster.Runner)).Code);
        var again = await bot.Start("r1", null, ControlPlaneCluster.Runner);
        Assert.True(again.Granted && again.Epoch > start.Epoch, again.Code);
    }

    [Fact]
    public async Task Kill_OfABot_HoldsForThatBotAlone_AndOutlivesARestart()
    {
        var cluster = await Ready();
        var one = await Register(cluster, "one", s_polygonOnly);
        var two = await Register(cluster, "two", s_polygonOnly);
        var leaseOne = await one.Start("r1", null, ControlPlaneCluster.Runner);
        var leaseTwo = await two.Start("r2", null, ControlPlaneCluster.Runner);
        var gateOne = cluster.Node.For("one", leaseOne.Epoch);
        await cluster.Until(() => gateOne.Check().MayOpen, "permitted", 2);
        var kill = one.Kill("stop", ControlPlaneCluster.Runner);
        await cluster.Until(() => kill.IsCompleted, "answers", 4);
        Assert.True((await kill)!.Durable);
        Assert.False(gateOne.Check().MayReduce);
        Assert.Contains(Codes.KillSwitchEngaged, gateOne.Explain());
        Assert.Equal(Directive.Halt, (await one.Heartbeat("r1", leaseOne.Epoch, ControlPlaneCluster.Runner)).Directive);
        Assert.Equal(Directive.Continue, (await two.Heartbeat("r2", leaseTwo.Epoch, ControlPlaneCluster.Runner)).Directive);
        Assert.Equal(SystemStatus.Ok, cluster.Status());

        await using var next = await cluster.RestartAsync();
        await next.UntilOk();
        one = next.Grains.GetGrain<IBotGrain>("one");
        Assert.Equal(Codes.KillSwitchEngaged, (await one.Start("r1", null, ControlPlaneCluster.Runner)).Code);
        Assert.True((await one.Release("fine", ControlPlaneCluster.Operator)).Done);
        Assert.True((await one.Start("r1", null, ControlPlaneCluster.Runner)).Granted);
    }

    [Fact]
    public async Task SystemRelease_FencesLeasesFromBefore()
    {
        await using var cluster = await Ready();
        var bot = await Register(cluster, "momentum", s_polygonOnly);
        var start = await bot.Start("r1", null, ControlPlaneCluster.Runner);
        var kill = cluster.System.Kill("drill", ControlPlaneCluster.Operator);
        await cluster.Until(() => kill.IsCompleted, "answers", 4);
        Assert.Equal(Directive.Halt, (await bot.Heartbeat("r1", start.Epoch, ControlPlaneCluster.Runner)).Directive);
        await cluster.System.Release("done", ControlPlaneCluster.Operator);
        await cluster.UntilOk();
        Assert.False(cluster.Node.For("momentum", start.Epoch).Check().MayReduce);
        Assert.Equal(Codes.LeaseFenced, (await bot.Heartbeat("r1", start.Epoch, ControlPlaneCluster.Runner)).Code);
    }

    [Fact]
    public async Task Live_NeedsModeArmingAndTier()
    {
        await using var cluster = await Ready();
        var bot = await Register(cluster, "momentum", s_polygonOnly with { Mode = TradingMode.Live });
        var denied = await bot.Start("r1", TradingMode.Live, ControlPlaneCluster.Runner);
        Assert.Equal([Codes.LiveNotArmed, Codes.LiveNotArmed, Codes.TierTooLow], denied.Blockers.Select(b => b.Code));
        Assert.True((await bot.Start("r1", TradingMode.Paper, ControlPlaneCluster.Runner)).Granted);
        await cluster.System.ArmLive(TimeSpan.FromMinutes(5), "t", ControlPlaneCluster.Operator);
        Assert.True((await bot.ArmLive(TimeSpan.FromMinutes(5), "t", ControlPlaneCluster.Operator)).Done);
        await cluster.Until(() => cluster.Node.Read().Snapshot!.Live.Armed, "armed", 2);
        Assert.Equal(Codes.TierTooLow, (await bot.Start("r1", TradingMode.Live, ControlPlaneCluster.Runner)).Code);
        await bot.Register(s_polygonOnly with { Mode = TradingMode.Live, Requires = ["polygon", "oanda"] }, ControlPlaneCluster.Operator);
        Assert.False((await bot.Get())!.Live.Armed);
    }

    [Fact]
    public async Task Store_Lost_NoLeaseIsGrantedAndTheOldEpochStays()
    {
        await using var cluster = await Ready();
        var bot = await Register(cluster, "momentum", s_polygonOnly);
        cluster.Stores.Failing = true;
        var denied = await bot.Start("r1", null, ControlPlaneCluster.Runner);
        Assert.Equal((false, Codes.DataUnavailable), (denied.Granted, denied.Code));
        cluster.Stores.Resume();
        await cluster.UntilOk();
        Assert.True((await bot.Start("r1", null, ControlPlaneCluster.Runner)).Granted);
    }

    private static async Task<ControlPlaneCluster> Ready(Action<ControlPlaneCluster>? setup = null)
    {
        var cluster = await ControlPlaneCluster.StartAsync(setup);
        cluster.SetAllKeys();
        await cluster.UntilOk();
        return cluster;
    }

    private static async Task<IBotGrain> Register(ControlPlaneCluster cluster, string id, BotRegistration registration)
    {
        var bot = cluster.Grains.GetGrain<IBotGrain>(id);
        var answer = await bot.Register(registration, ControlPlaneCluster.Operator);
        Assert.True(answer.Done, answer.Message);
        return bot;
    }
}
