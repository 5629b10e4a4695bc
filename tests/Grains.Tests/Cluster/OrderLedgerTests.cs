using ControlPlane.Abstractions;
using static ControlPlane.Grains.Tests.Cluster.OrderScene;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>What orders are evaluated by: grants, trades and reports, as ordinary bots tell of them.</summary>
public sealed class OrderLedgerTests
{
    private static readonly Dictionary<string, decimal> s_manyOrders = new()
    {
        ["duplicate_order_seconds"] = 0, ["max_open_orders"] = 100, ["max_orders_per_minute"] = 100,
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Grants_ReportedFilledOrNeverReported_CountAsHeld_AndTheExitPasses(bool reported)
    {
        await using var cluster = await Ready(c => c.Risk.OpenOrderSeconds = 10);
        var (bot, epoch) = await Running(cluster, s_manyOrders);
        var granted = 0;
        for (var i = 0; i < 30; i++)
        {
            var answer = await bot.Ask(Order with { Quantity = 9 });
            if (!answer.Allowed) continue;
            granted++;
            if (reported) await bot.ReportOrder(answer.OrderId!, OrderEnd.Filled);
        }

        Assert.Equal(5, granted);
        await cluster.Advance(11);
        await bot.Heartbeat("r1", epoch, ControlPlaneCluster.Runner);
        Assert.Equal(["max_position_notional"], (await bot.Ask(Order with { Quantity = 9 })).Refusals.Select(r => r.Rule));
        var exit = await bot.Ask(Exit with { Quantity = 45, Price = null });
        Assert.True(exit.Allowed, Told(exit));
    }

    [Fact]
    public async Task Trades_FillAnOrderOfTheirSymbolAndSideAlone_AndCountWhereTheyAre()
    {
        await using var cluster = await Ready();
        var (bot, _) = await Running(cluster, s_manyOrders);
        var order = await bot.Ask(Order with { Symbol = "BTCUSDT", Quantity = 2, Price = 100 });
        var trade = Trade(cluster, "t1", 2) with { Symbol = "ETHUSDT", OrderId = order.OrderId };
        Assert.Equal(1, (await bot.RecordTrade(trade)).Accepted);
        Assert.Equal(1, (await bot.RecordTrade(trade with { TradeId = "t2", Symbol = "BTC/USDT", Side = OrderSide.Sell })).Accepted);
        Assert.Equal(2, Assert.Single((await bot.GetOrders(true, 10, null)).Items).Left);
        Assert.Equal(1, (await bot.RecordTrade(trade with { TradeId = "t3", Symbol = "btc/usdt" })).Accepted);
        Assert.Empty((await bot.GetOrders(true, 10, null)).Items);
        Assert.True((await bot.Ask(Exit with { Symbol = "ETH-USDT", Quantity = 2 })).Allowed);
    }

    [Fact]
    public async Task Position_ReportedBeforeItsTrade_IsNotAddedToIt()
    {
        await using var cluster = await Ready();
        var (bot, _) = await Running(cluster, s_manyOrders);
        var order = await bot.Ask(Order with { Quantity = 5 });
        var opened = cluster.Clock.GetUtcNow();
        await bot.ReportPosition("ES", 5);
        Assert.Equal(["reduce_only"], (await bot.Ask(Exit with { Quantity = 6 })).Refusals.Select(r => r.Rule));
        Assert.Equal(1, (await bot.RecordTrade(Trade(cluster, "t1", 5) with { OrderId = order.OrderId, OpenedAt = opened })).Accepted);
        Assert.Equal(["reduce_only"], (await bot.Ask(Exit with { Quantity = 10 })).Refusals.Select(r => r.Rule));
        var exit = await bot.Ask(Exit with { Quantity = 5 });
        Assert.True(exit.Allowed, Told(exit));
    }

    [Fact]
    public async Task Position_ThatContradictsTheTrades_OpensNothing_UntilAReportAgreesOrAnOperatorSettles()
    {
        await using var cluster = await Ready();
        var (bot, _) = await Running(cluster, s_manyOrders);
        await bot.RecordTrade(Trade(cluster, "t1", 10));
        await bot.ReportPosition("ES", 4);
        Assert.Equal([(NoTradeCodes.DataMissing, "max_position_notional")], (await bot.Ask(Order)).Refusals.Select(r => (r.Code, r.Rule)));
        Assert.Equal([4m], (await bot.Ask(Exit with { Quantity = 5 })).Refusals.Select(r => r.Limit!.Value));

        await cluster.Advance(0.1);
        await bot.ReportPosition("ES", 10);
        Assert.True((await bot.Ask(Order)).Allowed);

        await cluster.Advance(0.1);
        await bot.ReportPosition("ES", 3);
        var settle = new PositionReport("ES", 3, Settles: true, Reason: "looked it up", By: ControlPlaneCluster.Operator);
        Assert.Equal(Codes.Forbidden, (await bot.ReportPosition(settle with { By = ControlPlaneCluster.Runner })).Code);
        Assert.False((await bot.Ask(Order with { Quantity = 2 })).Allowed);
        Assert.Null((await bot.ReportPosition(settle)).Code);
        Assert.True((await bot.Ask(Order with { Quantity = 2 })).Allowed);
        Assert.Equal([3m], (await bot.Ask(Exit with { Quantity = 4 })).Refusals.Select(r => r.Limit!.Value));
        Assert.True((await bot.Ask(Exit with { Quantity = 3 })).Allowed);
    }

    [Fact]
    public async Task Position_ThatFeesMadeSmaller_IsNoContradiction_AndFlatIsFlat()
    {
        await using var cluster = await Ready();
        var (bot, _) = await Running(cluster, s_manyOrders);
        await bot.RecordTrade(Trade(cluster, "t1", 10));
        await bot.ReportPosition("ES", 9.96m);
        Assert.True((await bot.Ask(Order)).Allowed);
        Assert.Equal([9.96m], (await bot.Ask(Exit with { Quantity = 10 })).Refusals.Select(r => r.Limit!.Value));

        // What was sold is a trade of its own; a little is left in the trades that the broker does not have.
        await cluster.Advance(0.1);
        var sold = Trade(cluster, "t2", 9.96m) with { Side = OrderSide.Sell };
        await bot.RecordTrade(sold);
        await cluster.Advance(0.1);
        await bot.ReportPosition("ES", 0);
        Assert.Equal(["reduce_only"], (await bot.Ask(Exit with { Quantity = 0.04m })).Refusals.Select(r => r.Rule));
        await bot.RecordTrade(Trade(cluster, "t3", 1));
        await cluster.Advance(0.1);
        await bot.ReportPosition("ES", 1);
        Assert.True((await bot.Ask(Order with { Quantity = 3 })).Allowed);
    }

    [Fact]
    public async Task StopLoss_FarBelowTheBotsOwnFill_Passes_AndItsAlternativeToo()
    {
        await using var cluster = await Ready();
        var (bot, _) = await Running(cluster);
        await bot.RecordTrade(Trade(cluster, "t1", 2));
        Assert.True((await bot.Ask(Exit with { Quantity = 2, Price = 92, OcoGroup = "b1" })).Allowed);
        Assert.True((await bot.Ask(Exit with { Quantity = 2, Price = 120, OcoGroup = "b1" })).Allowed);
        Assert.Equal(["reduce_only"], (await bot.Ask(Exit with { Quantity = 1, Price = 100 })).Refusals.Select(r => r.Rule));
    }

    [Fact]
    public async Task ClientOrderId_AnswersTheSameGrant_UntilItEnds()
    {
        var cluster = await Ready();
        var (bot, _) = await Running(cluster);
        await bot.RecordTrade(Trade(cluster, "t1", 2));
        var exit = Exit with { Quantity = 2, ClientOrderId = "c1" };
        var first = await bot.Ask(exit);
        Assert.True(first.Allowed, Told(first));
        Assert.Equal(first.OrderId, (await bot.Ask(exit)).OrderId);
        Assert.Equal([Codes.IdReused], (await bot.Ask(exit with { Quantity = 1 })).Refusals.Select(r => r.Code));
        var another = Assert.Single((await bot.Ask(exit with { ClientOrderId = "c2" })).Refusals);
        Assert.Equal([first.OrderId!], another.OrderIds);
        var listed = Assert.Single((await bot.GetOrders(true, 10, null)).Items);
        Assert.Equal(("c1", 2m, OrderIntent.Reduce, "open"), (listed.ClientOrderId, listed.Left, listed.Intent, listed.Status));

        // The answer was lost and everything started anew: the grant is still the same.
        await using var next = await cluster.RestartAsync();
        await next.UntilOk();
        bot = next.Grains.GetGrain<IBotGrain>("momentum");
        var epoch = (await bot.Start("r1", null, ControlPlaneCluster.Runner)).Epoch;
        Assert.Equal(first.OrderId, (await bot.Ask(exit with { Epoch = epoch })).OrderId);
        await bot.ReportOrder(first.OrderId!, OrderEnd.Canceled);
        var ended = Assert.Single((await bot.Ask(exit with { Epoch = epoch })).Refusals);
        Assert.Equal(Codes.IdReused, ended.Code);
        Assert.Contains("canceled", ended.Message, StringComparison.Ordinal);
        Assert.True((await bot.Ask(exit with { Epoch = epoch, ClientOrderId = "c3" })).Allowed);
    }

    [Fact]
    public async Task ClientOrderId_OfAnOrderThatWouldNoLongerPass_IsRefused()
    {
        await using var cluster = await Ready();
        var (bot, _) = await Running(cluster, s_manyOrders);
        var order = Order with { Quantity = 9, ClientOrderId = "c1" };
        Assert.True((await bot.Ask(order)).Allowed);
        for (var i = 0; i < 4; i++) Assert.True((await bot.Ask(Order with { Quantity = 9 })).Allowed);
        Assert.True((await bot.Ask(order)).Allowed);
        Assert.True((await bot.RecordTrade(Trade(cluster, "t1", 6))).Accepted == 1);
        Assert.Equal(["max_position_notional"], (await bot.Ask(order)).Refusals.Select(r => r.Rule));
    }

    [Fact]
    public async Task Trades_GrowingAndClosedBeforeTheyOpen_CountOnce()
    {
        await using var cluster = await Ready();
        var (bot, _) = await Running(cluster, s_manyOrders);
        var order = await bot.Ask(Order with { Quantity = 5 });
        var fill = Trade(cluster, "t1", 2) with { OrderId = order.OrderId };
        foreach (var quantity in new[] { 2m, 4m, 3m, 2m, 5m, 5m }) await bot.RecordTrade(fill with { Quantity = quantity, Price = 100 + quantity });
        var known = Assert.Single((await bot.GetTrades(10, null)).Items);
        Assert.Equal((5m, 105m), (known.Quantity, known.Price));
        Assert.Equal("filled", Assert.Single((await bot.GetOrders(false, 10, null)).Items).Status);
        Assert.Equal(Codes.IdReused, Assert.Single((await bot.RecordTrade(fill with { Side = OrderSide.Sell })).Rejected).Code);

        // The exit's report names it where the opening order belongs, and comes before the opening's.
        var exit = await bot.Ask(Exit with { Quantity = 1 });
        var closed = Trade(cluster, "t2", 1) with { OrderId = exit.OrderId, ClosedAt = cluster.Clock.GetUtcNow(), Pnl = -1 };
        Assert.Equal(1, (await bot.RecordTrade(closed)).Accepted);
        var second = await bot.Ask(Order with { Quantity = 1 });
        Assert.Equal(1, (await bot.RecordTrade(closed with { OrderId = second.OrderId, ClosedAt = null, Pnl = null })).Accepted);
        Assert.Equal([], (await bot.GetOrders(true, 10, null)).Items);
        var trip = (await bot.GetTrades(10, null)).Items.Single(t => t.TradeId == "t2");
        Assert.Equal((second.OrderId, exit.OrderId, -1m), (trip.OrderId, trip.CloseOrderId, trip.Pnl));
    }

    [Fact]
    public async Task Account_EndsWhatTheBrokerNoLongerHas_AndItsFillsExplainTheDifference()
    {
        await using var cluster = await Ready(c => c.Risk.OpenOrderSeconds = 10);
        var (bot, epoch) = await Running(cluster, s_manyOrders);
        var lost = await bot.Ask(Order with { Quantity = 5 });
        var kept = await bot.Ask(Order with { Quantity = 3, ClientOrderId = "kept" });
        await cluster.Advance(11);
        await bot.Heartbeat("r1", epoch, ControlPlaneCluster.Runner);
        Assert.Equal(["unknown", "unknown"], (await bot.GetOrders(true, 10, null)).Items.Select(o => o.Status));
        Assert.Equal(Codes.InvalidRequest, (await bot.ReportAccount(new(cluster.Clock.GetUtcNow().AddHours(1), [], []))).Code);
        var receipt = await bot.ReportAccount(new(cluster.Clock.GetUtcNow(), [new("es", 5)], ["kept"]));
        Assert.Equal((null, lost.OrderId, 0), (receipt.Code, Assert.Single(receipt.EndedOrders), receipt.Contradictions.Length));
        Assert.Equal(kept.OrderId, Assert.Single((await bot.GetOrders(true, 10, null)).Items).OrderId);
        Assert.Equal([5m], (await bot.Ask(Exit with { Quantity = 9 })).Refusals.Select(r => r.Limit!.Value));
        Assert.True((await bot.Ask(Exit with { Quantity = 5 })).Allowed);

        // The trade of what the account has told of comes late and adds nothing.
        Assert.Equal(1, (await bot.RecordTrade(Trade(cluster, "t1", 5) with { OrderId = lost.OrderId, OpenedAt = cluster.Clock.GetUtcNow().AddSeconds(-5) })).Accepted);
        Assert.True((await bot.Ask(Order with { Quantity = 9 })).Allowed);

        await cluster.Advance(0.1);
        var more = await bot.ReportAccount(new(cluster.Clock.GetUtcNow(), [new("ES", 40)], ["kept"]));
        Assert.Equal(["ES"], more.Contradictions);
        Assert.False((await bot.Ask(Order)).Allowed);
    }

    [Fact]
    public async Task Account_BeforeAnyGrant_IsSetAside()
    {
        await using var cluster = await Ready();
        var (bot, _) = await Running(cluster, s_manyOrders);
        Assert.Null((await bot.ReportAccount(new(cluster.Clock.GetUtcNow(), [new("ES", 40)], []))).Code);
        var order = await bot.Ask(Order);
        Assert.True(order.Allowed, Told(order));
        Assert.Equal(["reduce_only"], (await bot.Ask(Exit)).Refusals.Select(r => r.Rule));
        await cluster.Advance(0.1);
        Assert.Empty((await bot.ReportAccount(new(cluster.Clock.GetUtcNow(), [new("ES", 41)], []))).Contradictions);
        Assert.Equal([1m], (await bot.Ask(Exit with { Quantity = 2 })).Refusals.Select(r => r.Limit!.Value));
        Assert.True((await bot.Ask(Exit)).Allowed);
    }
}
