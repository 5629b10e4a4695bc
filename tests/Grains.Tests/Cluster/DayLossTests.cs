using ControlPlane.Abstractions;
using static ControlPlane.Grains.Tests.Cluster.OrderScene;

namespace ControlPlane.Grains.Tests.Cluster;

public sealed class DayLossTests
{
    private const string Rule = "max_daily_loss";

    [Fact]
    public async Task Trade_ClosedWithoutPnl_MakesTheLossUnknown_UntilItIsTold()
    {
        await using var cluster = await Ready();
        var (bot, _) = await Running(cluster);
        await bot.RecordTrade(Closed(cluster, "t1", null));
        var refused = Assert.Single((await bot.Ask(Order)).Refusals);
        Assert.Equal((NoTradeCodes.DataMissing, Rule), (refused.Code, refused.Rule));
        var view = (await bot.Get())!;
        Assert.Null(view.Pnl24h);
        Assert.Equal(NoTradeCodes.DataMissing, Assert.Single(view.Unavailable, u => u.Field == "pnl_24h").Code);

        Assert.Equal(1, (await bot.RecordTrade(Closed(cluster, "t1", -10))).Accepted);
        Assert.Equal(-10, (await bot.Get())!.Pnl24h);
        var allowed = await bot.Ask(Order);
        Assert.True(allowed.Allowed, Told(allowed));
    }

    [Fact]
    public async Task Loss_ToldWithAClosingOfAnotherDay_CountsToday()
    {
        await using var cluster = await Ready();
        var (bot, _) = await Running(cluster);
        var yesterday = cluster.Clock.GetUtcNow().AddDays(-1);
        await bot.RecordTrade(Closed(cluster, "t1", -5_000) with { OpenedAt = yesterday.AddMinutes(-1), ClosedAt = yesterday });
        Assert.Equal([Rule], (await bot.Ask(Order)).Refusals.Select(r => r.Rule));
    }

    [Fact]
    public async Task Loss_UntoldYesterday_CountsOnTheDayItIsTold()
    {
        await using var cluster = await Ready();
        var (bot, _) = await Running(cluster);
        await bot.RecordTrade(Closed(cluster, "t1", null));
        cluster.Clock.SetUtcNow(cluster.Clock.GetUtcNow().AddDays(1));
        await bot.RecordTrade(Closed(cluster, "t1", -5_000) with { ClosedAt = null, OpenedAt = cluster.Clock.GetUtcNow().AddDays(-1) });
        Assert.Equal(-5_000, (await bot.Get())!.Pnl24h);
    }

    [Fact]
    public async Task Exit_ThatClosesNoTrade_MakesTheLossUnknown_UntilItsResultIsTold()
    {
        await using var cluster = await Ready();
        var (bot, _) = await Running(cluster);
        await bot.RecordTrade(Trade(cluster, "t1", 2));
        var exit = await bot.Ask(Exit);
        var sold = Trade(cluster, "t2", 1) with { Side = OrderSide.Sell, OrderId = exit.OrderId };
        Assert.Equal(1, (await bot.RecordTrade(sold)).Accepted);
        Assert.Equal([(NoTradeCodes.DataMissing, "max_daily_loss")], (await bot.Ask(Order)).Refusals.Select(r => (r.Code, r.Rule)));
        Assert.True((await bot.Ask(Exit)).Allowed);
        await bot.RecordTrade(sold with { Pnl = -5 });
        Assert.True((await bot.Ask(Order with { Quantity = 2 })).Allowed);
        Assert.Equal(-5, (await bot.Get())!.Pnl24h);
    }

    [Fact]
    public async Task Currencies_WithoutARate_AreUnknownForThatBotAlone_AndHistoryCountsNowhere()
    {
        await using var cluster = await Ready(c => c.Risk.Rates["EUR"] = 2);
        var (bot, _) = await Running(cluster);
        var other = cluster.Grains.GetGrain<IBotGrain>("other");
        await other.Register(new("Other", null, ["polygon"], null, null), ControlPlaneCluster.Operator);
        Assert.True((await other.Start("r2", null, ControlPlaneCluster.Runner)).Granted);
        await bot.RecordTrade(Closed(cluster, "import", -9_000) with { History = true });
        await bot.RecordTrade(Closed(cluster, "eur", -50) with { Currency = "EUR" });
        Assert.Equal(-100, (await bot.Get())!.Pnl24h);
        Assert.True((await bot.Ask(Order)).Allowed);
        await bot.RecordTrade(Closed(cluster, "gbp", 1) with { Currency = "GBP" });
        Assert.Equal([NoTradeCodes.DataMissing], (await bot.Ask(Order with { Quantity = 2 })).Refusals.Select(r => r.Code));
        Assert.True((await other.Ask(Order)).Allowed);
    }

    private static TradeTrace Closed(ControlPlaneCluster cluster, string id, decimal? pnl) =>
        Trade(cluster, id, 1) with { ClosedAt = cluster.Clock.GetUtcNow(), Pnl = pnl };
}
