using ControlPlane.Abstractions;
using static ControlPlane.Grains.Tests.Cluster.OrderScene;

namespace ControlPlane.Grains.Tests.Cluster;

public sealed class OrderLimitTests
{
    [Fact]
    public async Task Limits_AreCountedAcrossOrdersAndARestart()
    {
        var cluster = await Ready(c => c.Risk.OpenOrderSeconds = 120);
        var (bot, _) = await Running(cluster, new() { ["max_open_orders"] = 3, ["max_orders_per_minute"] = 4, ["duplicate_order_seconds"] = 0 });

        // Many at once: never more than there is room for.
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => bot.Ask(Order)));
        Assert.Equal(3, answers.Count(a => a.Allowed));
        var granted = answers.Where(a => a.Allowed).Select(a => a.OrderId!).ToArray();
        Assert.All(answers.Where(a => !a.Allowed), a => Assert.Equal(["max_open_orders"], a.Refusals.Select(r => r.Rule)));

        await using var next = await cluster.RestartAsync(c => c.Risk.OpenOrderSeconds = 120);
        await next.UntilOk();
        bot = next.Grains.GetGrain<IBotGrain>("momentum");
        Assert.Equal([Codes.RunnerDown], (await bot.Ask(Order with { Epoch = null })).Refusals.Select(r => r.Code));
        var start = await bot.Start("r1", null, ControlPlaneCluster.Runner);
        var again = Order with { Epoch = start.Epoch };
        Assert.Equal(granted.Order(), Assert.Single((await bot.Ask(again)).Refusals).OrderIds.Order());
        Assert.Null((await bot.ReportOrder(granted[0], OrderEnd.Canceled)).Code);
        Assert.Equal(Codes.InvalidRequest, (await bot.ReportOrder("nobody", OrderEnd.Canceled)).Code);
        Assert.Equal(1, (await bot.RecordTrade(Trade(next, "t1", 1) with { OrderId = granted[1] })).Accepted);
        var fourth = await bot.Ask(again);
        Assert.True(fourth.Allowed, Told(fourth));
        Assert.Contains("max_orders_per_minute", (await bot.Ask(again)).Refusals.Select(r => r.Rule));
    }

    [Fact]
    public async Task OpenOrders_NotReported_TimeOut()
    {
        await using var cluster = await Ready(c =>
        {
            c.Risk.OpenOrderSeconds = 20;
        });
        var (bot, epoch) = await Running(cluster, new() { ["max_open_orders"] = 1, ["duplicate_order_seconds"] = 0 });
        Assert.True((await bot.Ask(Order)).Allowed);
        await cluster.Advance(15);
        await bot.Heartbeat("r1", epoch, ControlPlaneCluster.Runner);
        Assert.Equal(["max_open_orders"], (await bot.Ask(Order)).Refusals.Select(r => r.Rule));
        await cluster.Advance(6);
        Assert.True((await bot.Ask(Order)).Allowed);
    }

    [Fact]
    public async Task DailyLoss_PositionAndCollar_ComeFromWhatWasRecorded()
    {
        await using var cluster = await Ready();
        var (bot, _) = await Running(cluster);
        await bot.RecordTrade(Trade(cluster, "t1", 2));
        Assert.Equal(["price_collar_percent"], (await bot.Ask(Order with { Price = 106 })).Refusals.Select(r => r.Rule));
        Assert.Null((await bot.ReportMark("ES", 107)).Code);
        await cluster.Advance(0.1);
        Assert.Equal(["price_collar_percent"], (await bot.Ask(Order)).Refusals.Select(r => r.Rule));
        Assert.True((await bot.Ask(Order with { Price = 106 })).Allowed);

        await bot.RecordTrade(Trade(cluster, "loss", 1) with { Symbol = "NQ", Pnl = -200, ClosedAt = cluster.Clock.GetUtcNow() });
        Assert.Equal(["max_daily_loss"], (await bot.Ask(Order with { Symbol = "YM" })).Refusals.Select(r => r.Rule));
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
        Assert.Equal(["allowed_symbols"], (await bot.Ask(Order with { Symbol = "NQ" })).Refusals.Select(r => r.Rule));
        Assert.True((await bot.Ask(Order)).Allowed);
        Assert.True((await bot.Register(now with { AllowedSymbols = ["*"] }, ControlPlaneCluster.Operator)).Done);
        Assert.Null((await bot.Get())!.Spec.AllowedSymbols);

        Assert.Equal(Codes.Forbidden, (await As(now with { RiskLimits = Limits(new() { ["duplicate_order_seconds"] = 4 }) })).Code);
        Assert.True((await As(now with { RiskLimits = Limits(new() { ["duplicate_order_seconds"] = 6, ["max_daily_loss"] = 0 }) })).Done);
        Assert.Equal(Codes.InvalidRequest, (await bot.Register(now with { RiskLimits = Limits(new() { ["max_open_orders"] = 10_001 }) }, ControlPlaneCluster.Operator)).Code);
    }
}
