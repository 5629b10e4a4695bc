using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Tests.Cluster;

public sealed class OrderTests
{
    private static readonly OrderCheck s_order = new("ES", OrderSide.Buy, 1, 100, OrderIntent.Open, null, null);
    private static readonly OrderCheck s_exit = new("ES", OrderSide.Sell, 1, 100, OrderIntent.Reduce, null, null);

    [Fact]
    public async Task Order_WithinLimits_IsGrantedUnderTheLease()
    {
        await using var cluster = await Ready();
        var (bot, epoch) = await Running(cluster);
        var answer = await bot.CheckOrder(s_order with { Epoch = epoch });
        Assert.True(answer.Allowed, Told(answer));
        Assert.Equal((TradingState.Active, cluster.Node.Read().Position.Epoch, null), (answer.TradingState, answer.Gate.Epoch, answer.NoTradeId));
        Assert.NotNull(answer.OrderId);
        Assert.Equal([Codes.LeaseFenced], (await bot.CheckOrder(s_order with { Epoch = epoch + 1 })).Refusals.Select(r => r.Code));
        Assert.Equal(Codes.UnknownBot, (await cluster.Grains.GetGrain<IBotGrain>("nobody").CheckOrder(s_order)).Code);
    }

    [Fact]
    public async Task Refusals_AreRecordedAsNoTrades_WithRuleLimitAndValue()
    {
        await using var cluster = await Ready();
        var (bot, epoch) = await Running(cluster);
        var refused = await bot.CheckOrder(s_order with { Quantity = 50, Epoch = epoch, TraceId = "0af7651916cd43dd8448eb211c80319c" });
        Assert.Equal([("RISK_LIMIT", "max_order_notional", 1_000m, 5_000m)], refused.Refusals.Select(r => (r.Code, r.Rule, r.Limit!.Value, r.Actual!.Value)));
        await bot.CheckOrder(s_order with { Epoch = epoch + 7 });
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
            var check = bot.CheckOrder(s_order);
            await cluster.Until(() => check.IsCompleted, "answers without the store", 3);
            Assert.False((await check).Allowed);
            Assert.NotNull((await check).NoTradeId);
        }

        cluster.Stores.Resume();
        await cluster.Until(async () => (await bot.GetNoTrades(10, null, null)).Items.Sum(n => n.Count) == 7, "all are recorded", 10);
        await cluster.Advance(3);
        Assert.Equal(7, (await bot.GetNoTrades(10, null, null)).Items.Sum(n => n.Count));
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
        foreach (var order in new[] { s_order, s_exit })
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
        Assert.True((await bot.CheckOrder(s_exit with { Epoch = epoch })).Allowed);
        foreach (var ofBot in new[] { true, false })
        {
            Task kill = ofBot ? (Task)bot.Kill("stop", ControlPlaneCluster.Runner) : cluster.System.Kill("stop", ControlPlaneCluster.Runner);
            await cluster.Until(() => kill.IsCompleted, "answers", 4);
            foreach (var order in new[] { s_order with { Epoch = epoch }, s_exit with { Epoch = epoch, Quantity = 2 }, s_order, s_exit })
            {
                Assert.Equal([Codes.KillSwitchEngaged], (await bot.CheckOrder(order)).Refusals.Select(r => r.Code));
            }

            Assert.False((await bot.Start("r1", null, ControlPlaneCluster.Runner)).Granted);
            Assert.False(cluster.Node.For("momentum", epoch).Check().MayReduce);
            if (ofBot) await bot.Release("fine", ControlPlaneCluster.Operator);
            else await cluster.System.Release("fine", ControlPlaneCluster.Operator);
            await cluster.UntilOk();
            Assert.Equal([Codes.LeaseFenced], (await bot.CheckOrder(s_exit with { Epoch = epoch, Quantity = 3 })).Refusals.Select(r => r.Code));
            epoch = (await bot.Start("r1", null, ControlPlaneCluster.Runner)).Epoch;
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
        var check = bot.CheckOrder(s_order with { Epoch = epoch });
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
        Assert.False(cluster.Node.For("momentum", epoch).Check().MayReduce);
        var open = await bot.CheckOrder(s_order with { Epoch = epoch });
        Assert.False(open.Allowed);
        Assert.Contains(Codes.IntegrationVerifyFailed, open.Refusals.Select(r => r.Code));
        Assert.Equal(["reduce_only"], (await bot.CheckOrder(s_exit with { Quantity = 3 })).Refusals.Select(r => r.Rule));
        Assert.Equal(["reduce_only"], (await bot.CheckOrder(s_exit with { Side = OrderSide.Buy })).Refusals.Select(r => r.Rule));
        Assert.Equal(["reduce_only"], (await bot.CheckOrder(s_exit with { Symbol = "NQ" })).Refusals.Select(r => r.Rule));
        Assert.True((await bot.CheckOrder(s_exit with { Quantity = 2 })).Allowed);

        // The first exit is open: a second one would turn the position around.
        Assert.Equal(["reduce_only"], (await bot.CheckOrder(s_exit with { Quantity = 1 })).Refusals.Select(r => r.Rule));
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
        Assert.Equal([Codes.IntegrationDegraded], (await bot.CheckOrder(s_order)).Refusals.Select(r => r.Code));
        Assert.True((await bot.CheckOrder(s_exit)).Allowed);
    }

    [Fact]
    public async Task Limits_AreCountedAcrossOrdersAndARestart()
    {
        var cluster = await Ready(c => c.Risk.OpenOrderSeconds = 120);
        var (bot, _) = await Running(cluster, new() { ["max_open_orders"] = 3, ["max_orders_per_minute"] = 4, ["duplicate_order_seconds"] = 0 });

        // Many at once: never more than there is room for.
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => bot.CheckOrder(s_order)));
        Assert.Equal(3, answers.Count(a => a.Allowed));
        var granted = answers.Where(a => a.Allowed).Select(a => a.OrderId!).ToArray();
        Assert.All(answers.Where(a => !a.Allowed), a => Assert.Equal(["max_open_orders"], a.Refusals.Select(r => r.Rule)));

        await using var next = await cluster.RestartAsync(c => c.Risk.OpenOrderSeconds = 120);
        await next.UntilOk();
        bot = next.Grains.GetGrain<IBotGrain>("momentum");
        Assert.Equal([Codes.RunnerDown], (await bot.CheckOrder(s_order)).Refusals.Select(r => r.Code));
        await bot.Start("r1", null, ControlPlaneCluster.Runner);
        Assert.Equal(["max_open_orders"], (await bot.CheckOrder(s_order)).Refusals.Select(r => r.Rule));
        Assert.Null((await bot.ReportOrder(granted[0], OrderEnd.Canceled)).Code);
        Assert.Equal(Codes.InvalidRequest, (await bot.ReportOrder("nobody", OrderEnd.Canceled)).Code);
        Assert.Equal(1, (await bot.RecordTrade(Trade(next, "t1", 1) with { OrderId = granted[1] })).Accepted);
        var fourth = await bot.CheckOrder(s_order);
        Assert.True(fourth.Allowed, Told(fourth));
        Assert.Contains("max_orders_per_minute", (await bot.CheckOrder(s_order)).Refusals.Select(r => r.Rule));
    }

    [Fact]
    public async Task OpenOrders_NotReported_TimeOut()
    {
        await using var cluster = await Ready(c =>
        {
            c.Risk.OpenOrderSeconds = 20;
        });
        var (bot, epoch) = await Running(cluster, new() { ["max_open_orders"] = 1, ["duplicate_order_seconds"] = 0 });
        Assert.True((await bot.CheckOrder(s_order)).Allowed);
        await cluster.Advance(15);
        await bot.Heartbeat("r1", epoch, ControlPlaneCluster.Runner);
        Assert.Equal(["max_open_orders"], (await bot.CheckOrder(s_order)).Refusals.Select(r => r.Rule));
        await cluster.Advance(6);
        Assert.True((await bot.CheckOrder(s_order)).Allowed);
    }

    [Fact]
    public async Task DailyLoss_PositionAndCollar_ComeFromWhatWasRecorded()
    {
        await using var cluster = await Ready();
        var (bot, _) = await Running(cluster);
        await bot.RecordTrade(Trade(cluster, "t1", 2));
        Assert.Equal(["price_collar_percent"], (await bot.CheckOrder(s_order with { Price = 106 })).Refusals.Select(r => r.Rule));
        Assert.Null((await bot.ReportMark("ES", 107)).Code);
        await cluster.Advance(0.1);
        Assert.Equal(["price_collar_percent"], (await bot.CheckOrder(s_order)).Refusals.Select(r => r.Rule));
        Assert.True((await bot.CheckOrder(s_order with { Price = 106 })).Allowed);

        // The broker has more than the trades say: that counts while it is fresh, and then nobody knows.
        Assert.Null((await bot.ReportPosition("ES", 46)).Code);
        Assert.Equal(["max_position_notional"], (await bot.CheckOrder(s_order with { Price = 107 })).Refusals.Select(r => r.Rule));
        Assert.True((await bot.CheckOrder(s_exit with { Quantity = 40, Price = 107 })).Allowed);

        await bot.RecordTrade(Trade(cluster, "loss", 1) with { Symbol = "NQ", Pnl = -200, ClosedAt = cluster.Clock.GetUtcNow() });
        Assert.Equal(["max_daily_loss"], (await bot.CheckOrder(s_order with { Symbol = "YM" })).Refusals.Select(r => r.Rule));
    }

    [Fact]
    public async Task PositionReport_ThatDiffered_GoesStale()
    {
        await using var cluster = await Ready(c =>
        {
            c.Risk.PositionSeconds = 10;
        });
        var (bot, _) = await Running(cluster);
        await bot.ReportPosition("ES", 5);
        Assert.True((await bot.CheckOrder(s_exit)).Allowed);
        await cluster.Advance(11);
        Assert.Equal([(NoTradeCodes.DataStale, "reduce_only")], (await bot.CheckOrder(s_exit with { Quantity = 2 })).Refusals.Select(r => (r.Code, r.Rule)));
        Assert.Equal([(NoTradeCodes.DataStale, "max_position_notional")], (await bot.CheckOrder(s_order)).Refusals.Select(r => (r.Code, r.Rule)));
        await bot.ReportPosition("ES", 0);
        Assert.True((await bot.CheckOrder(s_order)).Allowed);
    }

    [Fact]
    public async Task Symbols_AndLimits_ARunnerMayOnlyTighten()
    {
        await using var cluster = await Ready();
        var (bot, _) = await Running(cluster);
        var now = new BotRegistration("Momentum", null, null, null, null);
        Task<BotAnswer> As(BotRegistration change) => bot.Register(change, ControlPlaneCluster.Runner);
        Assert.True((await As(now with { AllowedSymbols = ["ES", "NQ"] })).Done);
        Assert.True((await As(now with { AllowedSymbols = ["ES"] })).Done);
        Assert.Equal(Codes.Forbidden, (await As(now with { AllowedSymbols = ["ES", "YM"] })).Code);
        Assert.Equal(Codes.Forbidden, (await As(now with { AllowedSymbols = ["*"] })).Code);
        Assert.True((await As(now)).Done);
        Assert.Equal(["allowed_symbols"], (await bot.CheckOrder(s_order with { Symbol = "NQ" })).Refusals.Select(r => r.Rule));
        Assert.True((await bot.CheckOrder(s_order)).Allowed);
        Assert.True((await bot.Register(now with { AllowedSymbols = ["*"] }, ControlPlaneCluster.Operator)).Done);
        Assert.Null((await bot.Get())!.Spec.AllowedSymbols);

        Assert.Equal(Codes.Forbidden, (await As(now with { RiskLimits = Limits(new() { ["duplicate_order_seconds"] = 4 }) })).Code);
        Assert.True((await As(now with { RiskLimits = Limits(new() { ["duplicate_order_seconds"] = 6, ["max_daily_loss"] = 0 }) })).Done);
        Assert.Equal(Codes.InvalidRequest, (await bot.Register(now with { RiskLimits = Limits(new() { ["max_open_orders"] = 10_001 }) }, ControlPlaneCluster.Operator)).Code);
    }

    private static ImmutableSortedDictionary<string, decimal> Limits(Dictionary<string, decimal> limits) => limits.ToImmutableSortedDictionary(StringComparer.Ordinal);

    private static TradeTrace Trade(ControlPlaneCluster cluster, string id, decimal quantity) =>
        new(id, "ES", OrderSide.Buy, quantity, 100, null, cluster.Clock.GetUtcNow(), null, null, null);

    private static string Told(OrderAnswer answer) => string.Join(", ", answer.Refusals.Select(r => $"{r.Code} {r.Rule} {r.Message}"));

    private static async Task<ControlPlaneCluster> Ready(Action<ControlPlaneCluster>? setup = null)
    {
        var cluster = await ControlPlaneCluster.StartAsync(setup);
        cluster.SetAllKeys();
        await cluster.UntilOk();
        return cluster;
    }

    private static async Task<(IBotGrain Bot, long Epoch)> Running(ControlPlaneCluster cluster, Dictionary<string, decimal>? limits = null)
    {
        var bot = cluster.Grains.GetGrain<IBotGrain>("momentum");
        Assert.True((await bot.Register(new("Momentum", "u1", ["polygon", "oanda"], null, limits is null ? null : Limits(limits)), ControlPlaneCluster.Operator)).Done);
        var start = await bot.Start("r1", null, ControlPlaneCluster.Runner);
        Assert.True(start.Granted, start.Code);
        await cluster.Until(() => cluster.Node.For("momentum", start.Epoch).Check().MayOpen, "permitted", 2);
        return (bot, start.Epoch);
    }
}
