using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk.SystemLimits;
using static ControlPlane.Grains.Tests.Cluster.OrderScene;

namespace ControlPlane.Grains.Tests.Cluster;

public sealed class SystemLimitTests
{
    [Fact]
    public async Task Gross_OfAllBots_StaysUnderTheLimit_HoweverManyAskAtOnce_AndAcrossARestart()
    {
        var cluster = await Ready(c => c.Risk.System.MaxGrossNotional = 1_000);
        var bots = await Bots(cluster, 4);
        var answers = await Task.WhenAll(bots.SelectMany(b => Enumerable.Range(1, 5).Select(i => b.Ask(Order with { Symbol = $"S{i}" }))));
        Assert.Equal(10, answers.Count(a => a.Allowed));
        Assert.All(answers.Where(a => !a.Allowed), a => Assert.Equal([SystemRiskOptions.GrossRule], a.Refusals.Select(r => r.Rule)));

        await using var next = await cluster.RestartAsync(c => c.Risk.System.MaxGrossNotional = 1_000);
        next.SetAllKeys();
        await next.UntilOk();
        bots = await Bots(next, 4);
        Assert.Equal([SystemRiskOptions.GrossRule], (await bots[3].Ask(Order with { Symbol = "S9", Epoch = 2 })).Refusals.Select(r => r.Rule));

        // An order that ended makes room, for any bot.
        var owner = bots[Array.FindIndex(answers, a => a.Allowed) / 5];
        Assert.Null((await owner.ReportOrder(answers.First(a => a.Allowed).OrderId!, OrderEnd.Canceled)).Code);
        await next.Until(async () => (await bots[3].Ask(Order with { Symbol = "S9", Epoch = 2 })).Allowed, "room again", 5);
    }

    [Fact]
    public async Task Orders_OfAllBotsInAMinute_AreNeverMore_AndNothingOpensWhileThatIsNotKnown()
    {
        await using var cluster = await Ready(c => c.Risk.System.MaxOrdersPerMinute = 3);
        var bots = await Bots(cluster, 2);
        Assert.Equal([SystemRiskOptions.RateRule], (await bots[0].Ask(Order)).Refusals.Select(r => r.Rule));
        await KeepAlive(cluster, bots, 66);
        var answers = await Task.WhenAll(bots.SelectMany(b => Enumerable.Range(1, 4).Select(i => b.Ask(Order with { Symbol = $"S{i}" }))));
        Assert.Equal(3, answers.Count(a => a.Allowed));
        await KeepAlive(cluster, bots, 66);
        Assert.True((await bots[1].Ask(Order with { Symbol = "S8" })).Allowed);
    }

    [Fact]
    public async Task Loss_OfAllBots_EngagesTheKillOnceADay_AndNothingOpensUntilTheDayIsOver_ExitsPass()
    {
        await using var cluster = await Ready(c => c.Risk.System.MaxDailyLoss = 150);
        var bots = await Bots(cluster, 3);
        await bots[2].RecordTrade(Trade(cluster, "held", 2));
        await bots[0].RecordTrade(Lost(cluster, -100));

        // What nobody knows is left out of the sum; its bot opens nothing by its own limit.
        await bots[2].RecordTrade(Lost(cluster, null));
        Assert.True((await bots[1].Ask(Order)).Allowed);
        await bots[1].RecordTrade(Lost(cluster, -50));
        await cluster.Until(() => cluster.Node.Read().Snapshot!.Kill.Engaged, "the kill is engaged", 5);

        // The kill answers when its nodes have, and the release waits for that answer: time goes on meanwhile.
        var release = cluster.System.Release("seen", ControlPlaneCluster.Operator);
        await cluster.Until(() => release.IsCompleted, "the release is answered");
        Assert.True((await release).Done);
        await cluster.UntilOk();
        bots = await Bots(cluster, 3);
        Assert.Equal([SystemRiskOptions.LossRule], (await bots[0].Ask(Order with { Symbol = "S2", Epoch = 2 })).Refusals.Select(r => r.Rule));
        var exit = await bots[2].Ask(Exit with { Epoch = 2 });
        Assert.True(exit.Allowed, Told(exit));

        // More losses, and gains, change nothing on this day; and there is no second kill.
        await bots[1].RecordTrade(Lost(cluster, 500) with { TradeId = "gain" });
        await bots[1].RecordTrade(Lost(cluster, -900) with { TradeId = "more" });
        await cluster.Advance(2);
        Assert.False(cluster.Node.Read().Snapshot!.Kill.Engaged);
        Assert.Contains(SystemRiskOptions.LossRule, (await bots[0].Ask(Order with { Symbol = "S3", Epoch = 2 })).Refusals.Select(r => r.Rule));
    }

    [Theory]
    [InlineData("EUR", true)]
    [InlineData("CHF", false)]
    public async Task Gross_IsSummedInOneCurrency_AndNothingOpensWithoutARate(string currency, bool rated)
    {
        await using var cluster = await Ready(c =>
        {
            c.Risk.System.MaxGrossNotional = 1_000;
            c.Risk.Rates["EUR"] = 4;
        });
        var bot = cluster.Grains.GetGrain<IBotGrain>("momentum");
        Assert.True((await bot.Register(new("M", "u1", ["polygon", "oanda"], null, null, Terms: new() { Currency = currency }), ControlPlaneCluster.Operator)).Done);
        Assert.True((await bot.Start("r1", null, ControlPlaneCluster.Runner)).Granted);
        Assert.Equal(rated, (await bot.Ask(Order with { Quantity = 2 })).Allowed);
        Assert.Contains((SystemRiskOptions.GrossRule, rated ? 1_200m : null), (await bot.Ask(Order)).Refusals.Select(r => (r.Rule, r.Actual)));
    }

    [Fact]
    public void Check_AtTheLimits_IsExact()
    {
        var limits = new SystemRiskOptions { MaxGrossNotional = 100, MaxOrdersPerMinute = 2, MaxDailyLoss = 10 };
        Assert.Empty(SystemLimitPolicy.Check(limits, 40, [60], 1, 9.99m, false));
        Assert.Equal(3, SystemLimitPolicy.Check(limits, 40.01m, [60], 2, 10, false).Length);
        Assert.Equal(3, SystemLimitPolicy.Check(limits, decimal.MaxValue, [decimal.MaxValue], null, null, false).Length);
        Assert.Equal([SystemRiskOptions.LossRule], SystemLimitPolicy.Check(limits, 1, [], 0, 0, true).Select(r => r.Rule));
    }

    private static TradeTrace Lost(ControlPlaneCluster cluster, decimal? pnl) =>
        Trade(cluster, "t1", 1) with { ClosedAt = cluster.Clock.GetUtcNow(), Pnl = pnl };

    private static async Task<IBotGrain[]> Bots(ControlPlaneCluster cluster, int count)
    {
        var bots = new List<IBotGrain>();
        for (var i = 0; i < count; i++)
        {
            var bot = cluster.Grains.GetGrain<IBotGrain>($"bot{i}");
            Assert.True((await bot.Register(new($"Bot {i}", "u1", ["polygon", "oanda"], null, null), ControlPlaneCluster.Operator)).Done);
            var start = await bot.Start("r1", null, ControlPlaneCluster.Runner);
            Assert.True(start.Granted, start.Code);
            bots.Add(bot);
        }

        return [.. bots];
    }

    private static async Task KeepAlive(ControlPlaneCluster cluster, IBotGrain[] bots, double seconds)
    {
        for (var moved = 0.0; moved < seconds; moved += 11)
        {
            await cluster.Advance(11);
            foreach (var bot in bots) Assert.Null((await bot.Heartbeat("r1", (await bot.Get())!.Runner.Epoch, ControlPlaneCluster.Runner)).Code);
        }
    }
}
