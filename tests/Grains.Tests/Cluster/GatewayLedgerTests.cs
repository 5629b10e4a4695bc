using ControlPlane.Abstractions;
using static ControlPlane.Grains.Tests.Cluster.OrderScene;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>Fills that the gateway saw, beside what the broker and the bot tell of the same position.</summary>
public sealed class GatewayLedgerTests
{
    private static readonly Dictionary<string, decimal> s_limits = new() { ["duplicate_order_seconds"] = 0, ["max_open_orders"] = 100, ["max_orders_per_minute"] = 100, ["max_daily_loss"] = 1_000, ["price_collar_percent"] = 50 };

    [Theory]
    [InlineData("account")]
    [InlineData("account with the order open")]
    [InlineData("settled")]
    public async Task Statement_ThatHasSeenAFill_IsNotAddedToIt(string told)
    {
        await using var cluster = await Ready();
        var (bot, epoch) = await Running(cluster, s_limits);
        var order = await FillAsync(cluster, bot, epoch, Order with { Quantity = 8 }, 5, 100);
        await cluster.Advance(1);
        if (told == "settled") Assert.Null((await bot.ReportPosition(new("ES", 5) { Settles = true, Reason = "looked", By = ControlPlaneCluster.Operator })).Code);
        else Assert.Empty((await bot.ReportAccount(new(cluster.Clock.GetUtcNow(), [new("ES", 5)], told == "account" ? [] : [order]))).Contradictions);
        Assert.Equal(["reduce_only"], (await bot.Ask(Exit with { Quantity = 6 })).Refusals.Select(r => r.Rule));

        // What is filled after it comes on top.
        await SeeAsync(cluster, order, 7, 100);
        Assert.Equal(["reduce_only"], (await bot.Ask(Exit with { Quantity = 8 })).Refusals.Select(r => r.Rule));
        var exit = await bot.Ask(Exit with { Quantity = 7 });
        Assert.True(exit.Allowed, Told(exit));
    }

    [Fact]
    public async Task TradesThatAreToldWithoutAResult_HoldNoOrder_AndTheLossThatTheGatewaySawDoes()
    {
        await using var cluster = await Ready();
        var (bot, epoch) = await Running(cluster, s_limits);
        var entry = await FillAsync(cluster, bot, epoch, Order with { Quantity = 5 }, 5, 100);
        Assert.Equal(1, (await bot.RecordTrade(Trade(cluster, "t1", 5) with { OrderId = entry })).Accepted);
        var exit = await FillAsync(cluster, bot, epoch, Exit with { Quantity = 5 }, 5, 90);
        Assert.Equal(1, (await bot.RecordTrade(Trade(cluster, "t1", 5) with { OrderId = entry, CloseOrderId = exit, ClosedAt = cluster.Clock.GetUtcNow() })).Accepted);
        var next = await bot.Ask(Order with { Quantity = 1, Price = 90 });
        Assert.True(next.Allowed, Told(next));
        Assert.Equal(-50, (await bot.Get())!.Pnl24h);

        Assert.Equal(1, (await bot.RecordTrade(Trade(cluster, "t1", 5) with { OrderId = entry, CloseOrderId = exit, ClosedAt = cluster.Clock.GetUtcNow(), Pnl = -1_000 })).Accepted);
        Assert.Equal(["max_daily_loss"], (await bot.Ask(Order with { Quantity = 1, Price = 90 })).Refusals.Select(r => r.Rule));
    }

    /// <summary>Seen before: the exit was forgotten until its close was told, and another one of 10 passed with 6 held.</summary>
    [Theory]
    [InlineData(10, false)]
    [InlineData(6, false)]
    [InlineData(10, true)]
    [InlineData(6, true)]
    public async Task Entry_ThatIsToldAfterItsPartialExitWasSeen_HoldsWhatIsLeft(int told, bool settledBefore)
    {
        await using var cluster = await Ready();
        var (bot, epoch) = await Running(cluster, s_limits);
        if (settledBefore)
        {
            Assert.Null((await bot.ReportPosition(new("ES", 0) { Settles = true, Reason = "looked", By = ControlPlaneCluster.Operator })).Code);
            await cluster.Advance(1);
        }

        var entry = await FillAsync(cluster, bot, epoch, Order with { Quantity = 10 }, 10, 100);
        var exit = await FillAsync(cluster, bot, epoch, Exit with { Quantity = 4 }, 4, 100);
        Assert.Equal(1, (await bot.RecordTrade(Trade(cluster, "t1", told) with { OrderId = entry })).Accepted);
        Assert.Equal(["reduce_only"], (await bot.Ask(Exit with { Quantity = 7 })).Refusals.Select(r => r.Rule));

        // The close is told: nothing is left over of what was held back.
        if (told == 6) Assert.Equal(1, (await bot.RecordTrade(Trade(cluster, "t2", 4) with { OrderId = entry, CloseOrderId = exit, ClosedAt = cluster.Clock.GetUtcNow(), Pnl = 0 })).Accepted);
        var last = await bot.Ask(Exit with { Quantity = 6 });
        Assert.True(last.Allowed, Told(last));
    }

    private static async Task<string> FillAsync(ControlPlaneCluster cluster, IBotGrain bot, long epoch, OrderCheck order, decimal units, decimal price)
    {
        var answer = await bot.Ask(order with { Gateway = new("oanda", "paper", "POST /orders", "h", "{}", null), ClientOrderId = $"c{Guid.NewGuid()}" });
        Assert.True(answer.Allowed, Told(answer));
        Assert.True(await cluster.Grains.GetGrain<IBotGatewayGrain>("momentum").OrdersSending([answer.OrderId!], epoch));
        await SeeAsync(cluster, answer.OrderId!, units, price);
        return answer.OrderId!;
    }

    private static Task SeeAsync(ControlPlaneCluster cluster, string order, decimal units, decimal price) =>
        cluster.Grains.GetGrain<IBotGatewayGrain>("momentum").OrdersSeen([new(order, false, "p" + order, "open", units, price)]);
}
