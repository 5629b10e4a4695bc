using ControlPlane.Abstractions;
using static ControlPlane.Grains.Tests.Cluster.OrderScene;

namespace ControlPlane.Grains.Tests.Cluster;

public sealed class OrderTests
{
    [Fact]
    public async Task Order_WithinLimits_IsGrantedUnderTheLease()
    {
        await using var cluster = await Ready();
        var (bot, epoch) = await Running(cluster);
        var answer = await bot.CheckOrder(Order with { Epoch = epoch });
        Assert.True(answer.Allowed, Told(answer));
        Assert.Equal((TradingState.Active, cluster.Node.Read().Position.Epoch, null), (answer.TradingState, answer.Gate.Epoch, answer.NoTradeId));
        Assert.NotNull(answer.OrderId);
        Assert.Equal([Codes.LeaseFenced], (await bot.CheckOrder(Order with { Epoch = epoch + 1 })).Refusals.Select(r => r.Code));
        Assert.Equal(Codes.UnknownBot, (await cluster.Grains.GetGrain<IBotGrain>("nobody").CheckOrder(Order)).Code);
    }

    [Fact]
    public async Task Refusals_AreRecordedAsNoTrades_WithRuleLimitAndValue()
    {
        await using var cluster = await Ready();
        var (bot, epoch) = await Running(cluster);
        var refused = await bot.CheckOrder(Order with { Quantity = 50, Epoch = epoch, TraceId = "0af7651916cd43dd8448eb211c80319c" });
        Assert.Equal([("RISK_LIMIT", "max_order_notional", 1_000m, 5_000m)], refused.Refusals.Select(r => (r.Code, r.Rule, r.Limit!.Value, r.Actual!.Value)));
        await bot.CheckOrder(Order with { Epoch = epoch + 7 });
        await cluster.Until(async () => (await bot.GetNoTrades(10, null, null)).Items.Length == 2, "both are recorded", 2);
        var noTrades = (await bot.GetNoTrades(10, null, null)).Items;
        Assert.Equal((refused.NoTradeId, "ES", "0af7651916cd43dd8448eb211c80319c"), noTrades[1] is var first ? (first.NoTradeId, first.Symbol, first.TraceId) : default);
        Assert.Equal(("RISK_LIMIT", "max_order_notional", 1_000m, 5_000m), noTrades[1].Reasons[0] is var reason ? (reason.Code, reason.Rule, reason.Threshold, reason.Actual) : default);
        Assert.Equal((NoTradeCodes.GateBlocked, Codes.LeaseFenced), noTrades[0].Reasons[0] is var gate ? (gate.Code, gate.Rule) : default);
    }

    [Fact]
    public async Task Refusals_WhileTheStoreIsLost_AreRecordedWhenItIsBack_EachOnce()
    {
        await using var cluster = await Ready();
        var (bot, _) = await Running(cluster);
        cluster.Stores.Failing = true;
        for (var i = 0; i < 7; i++)
        {
            var check = bot.CheckOrder(Order with { Symbol = $"S{i}" });
            await cluster.Until(() => check.IsCompleted, "answers without the store", 3);
            Assert.False((await check).Allowed);
            Assert.NotNull((await check).NoTradeId);
        }

        cluster.Stores.Resume();
        await cluster.Until(async () => (await bot.GetNoTrades(10, null, null)).Items.Sum(n => n.Count) == 7, "all are recorded", 10);
        await cluster.Advance(3);
        Assert.Equal(7, (await bot.GetNoTrades(10, null, null)).Items.Sum(n => n.Count));
    }

    [Fact]
    public async Task Refusal_TheSameWithinAMinute_IsOneNoTrade()
    {
        await using var cluster = await Ready();
        var (bot, epoch) = await Running(cluster);
        var ids = new HashSet<string?>();
        for (var i = 0; i < 20; i++)
        {
            ids.Add((await bot.CheckOrder(Order with { Quantity = 1_000 + i, Epoch = epoch })).NoTradeId);
            ids.Add((await bot.CheckOrder(Exit with { Epoch = epoch })).NoTradeId);
        }

        var told = (await bot.GetNoTrades(10, null, null)).Items;
        Assert.True(ids.Count == 2, string.Join('\n', told.Select(n => $"{n.NoTradeId} {n.Symbol}: {string.Join(", ", n.Reasons.Select(r => $"{r.Code} {r.Rule}"))}")));
        Assert.Equal(ids.Order(), (await bot.GetNoTrades(10, null, null)).Items.Select(n => n.NoTradeId).Order());
        for (var seconds = 0; seconds < 61; seconds += 9)
        {
            await cluster.Advance(9);
            await bot.Heartbeat("r1", epoch, ControlPlaneCluster.Runner);
        }

        Assert.DoesNotContain((await bot.CheckOrder(Order with { Quantity = 1_000, Epoch = epoch })).NoTradeId, ids);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Store_LostOrHanging_NoOrderPasses(bool hangs)
    {
        await using var cluster = await Ready(c =>
        {
            c.Risk.StoreSeconds = 0.5;
            c.Gate.LeaseSeconds = 30;
        });
        var (bot, epoch) = await Running(cluster);
        if (hangs) cluster.Stores.Hang();
        else cluster.Stores.Failing = true;
        foreach (var order in new[] { Order, Exit })
        {
            var check = bot.CheckOrder(order with { Epoch = epoch });
            await cluster.Until(() => check.IsCompleted, "answers", 5);
            Assert.Equal([Codes.DataUnavailable], (await check).Refusals.Select(r => r.Code));
        }
    }

    [Fact]
    public async Task Kill_OfTheSystemOrTheBot_LetsNothingPass_ExitsIncluded_UntilRunnersStartAnew()
    {
        await using var cluster = await Ready();
        var (bot, epoch) = await Running(cluster);
        await bot.RecordTrade(Trade(cluster, "t1", 5));
        Assert.True((await bot.CheckOrder(Exit with { Epoch = epoch })).Allowed);
        foreach (var ofBot in new[] { true, false })
        {
            Task kill = ofBot ? (Task)bot.Kill("stop", ControlPlaneCluster.Runner) : cluster.System.Kill("stop", ControlPlaneCluster.Runner);
            await cluster.Until(() => kill.IsCompleted, "answers", 4);
            foreach (var order in new[] { Order with { Epoch = epoch }, Exit with { Epoch = epoch, Quantity = 2 }, Order with { Epoch = null }, Exit with { Epoch = null } })
            {
                Assert.Equal([Codes.KillSwitchEngaged], (await bot.CheckOrder(order)).Refusals.Select(r => r.Code));
            }

            Assert.False((await bot.Start("r1", null, ControlPlaneCluster.Runner)).Granted);
            Assert.Equal(Codes.KillSwitchEngaged, (await bot.Start(new RunnerStart("r1", null, ReduceOnly: true), ControlPlaneCluster.Runner)).Code);
            Assert.True(cluster.Node.For("momentum", epoch).Check() is { MayReduce: false, MayCancel: true });
            Assert.False((await bot.Heartbeat("r1", epoch, ControlPlaneCluster.Runner)).Exits);
            Assert.True((await bot.CheckOrder(Exit with { Epoch = epoch, Intent = OrderIntent.Cancel })) is { Allowed: true, OrderId: null });
            if (ofBot) await bot.Release("fine", ControlPlaneCluster.Operator);
            else await cluster.System.Release("fine", ControlPlaneCluster.Operator);
            await cluster.UntilOk();
            Assert.Equal([Codes.LeaseFenced], (await bot.CheckOrder(Exit with { Epoch = epoch, Intent = OrderIntent.Cancel })).Refusals.Select(r => r.Code));
            Assert.False(cluster.Node.For("momentum", epoch).Check().MayCancel);
            Assert.Equal([Codes.LeaseFenced], (await bot.CheckOrder(Exit with { Epoch = epoch, Quantity = 3 })).Refusals.Select(r => r.Code));
            Assert.Equal([Codes.RunnerDown], (await bot.CheckOrder(Exit with { Epoch = null, Quantity = 3 })).Refusals.Select(r => r.Code));
            epoch = (await bot.Start("r1", null, ControlPlaneCluster.Runner)).Epoch;
            Assert.Equal([Codes.LeaseFenced], (await bot.CheckOrder(Exit with { Epoch = null, Quantity = 3 })).Refusals.Select(r => r.Code));
        }
    }

    [Fact]
    public async Task Kill_WhileTheGrantIsBeingWritten_Wins()
    {
        await using var cluster = await Ready(c =>
        {
            c.Risk.StoreSeconds = 5;
            c.Gate.LeaseSeconds = 30;
        });
        var (bot, epoch) = await Running(cluster);
        cluster.Stores.Hang();
        var check = bot.CheckOrder(Order with { Epoch = epoch });
        await cluster.Advance(0.3);
        var kill = bot.Kill("stop", ControlPlaneCluster.Runner);
        await cluster.Until(async () => (await bot.Heartbeat("r1", epoch, ControlPlaneCluster.Runner)).Directive == Directive.Halt, "the bot has taken the kill", 2);
        cluster.Stores.Resume();
        await cluster.Until(() => check.IsCompleted, "the check answers", 10);
        await cluster.Until(() => kill.IsCompleted, "the kill answers", 40);
        Assert.Equal([Codes.KillSwitchEngaged], (await check).Refusals.Select(r => r.Code));
    }

    [Fact]
    public async Task Halted_ExitOfAKnownPositionPasses_AndNothingElse()
    {
        await using var cluster = await Ready(c => c.Verify.MinIntervalSeconds = 0);
        var (bot, epoch) = await Running(cluster);
        await bot.RecordTrade(Trade(cluster, "t1", 2));
        cluster.Verifier.Answer("openai", VerifyStatus.Invalid);
        await cluster.Grains.GetGrain<IProviderGrain>("openai").Verify(ControlPlaneCluster.Operator);
        await cluster.UntilBlocked(2);
        Assert.True(cluster.Node.For("momentum", epoch).Check() is { MayOpen: false, MayReduce: true, MayCancel: true, TradingState: TradingState.Halted });
        Assert.True((await bot.Heartbeat("r1", epoch, ControlPlaneCluster.Runner)) is { Directive: Directive.Halt, Exits: true });
        var open = await bot.Ask(Order with { Epoch = epoch });
        Assert.False(open.Allowed);
        Assert.Contains(Codes.IntegrationVerifyFailed, open.Refusals.Select(r => r.Code));
        Assert.Equal(["reduce_only"], (await bot.Ask(Exit with { Quantity = 3 })).Refusals.Select(r => r.Rule));
        Assert.Equal(["reduce_only"], (await bot.Ask(Exit with { Side = OrderSide.Buy })).Refusals.Select(r => r.Rule));
        Assert.Equal(["reduce_only"], (await bot.Ask(Exit with { Symbol = "NQ" })).Refusals.Select(r => r.Rule));
        Assert.True((await bot.Ask(Exit with { Quantity = 2 })).Allowed);

        // The first exit is open: a second one would turn the position around.
        Assert.Equal(["reduce_only"], (await bot.Ask(Exit with { Quantity = 1 })).Refusals.Select(r => r.Rule));
    }

    [Fact]
    public async Task Reducing_ExitPasses_OpenDoesNot_AndThePermitSaysTheSame()
    {
        await using var cluster = await Ready(c => c.Verify.MinIntervalSeconds = 0);
        var (bot, epoch) = await Running(cluster);
        await bot.RecordTrade(Trade(cluster, "t1", 2));
        cluster.Verifier.Answer("oanda", VerifyStatus.Inconclusive);
        await cluster.Grains.GetGrain<IProviderGrain>("oanda").Verify(ControlPlaneCluster.Operator);
        var permit = cluster.Node.For("momentum", epoch);
        await cluster.Until(() => permit.Check().TradingState == TradingState.Reducing, "reducing", 5);
        Assert.True(permit.Check() is { MayOpen: false, MayReduce: true });
        Assert.Equal([Codes.IntegrationDegraded], permit.Explain());
        foreach (var stranger in new[] { cluster.Node.For("momentum", epoch + 1), cluster.Node.For("momentum", 0), cluster.Node.For("nobody", epoch) }) Assert.False(stranger.Check().MayReduce);
        Assert.Equal([Codes.IntegrationDegraded], (await bot.Ask(Order)).Refusals.Select(r => r.Code));
        Assert.True((await bot.Ask(Exit)).Allowed);
    }
}
