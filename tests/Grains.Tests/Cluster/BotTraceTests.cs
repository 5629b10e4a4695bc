using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Tests.Cluster;

public sealed class BotTraceTests
{
    [Fact]
    public async Task Bot_WithoutTraces_HasNullsAndSaysWhy()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var bot = await Register(cluster);
        foreach (var view in new[] { (await bot.Get())!, await Listed(cluster) })
        {
            Assert.Equal((null, null, null, null), (view.LastDecisionAt, view.Trades24h, view.Pnl24h, view.Blind));
            Assert.Equal([Codes.RunnerDown, NoTradeCodes.DataMissing], view.Reasons.Select(r => r.Code));
            Assert.All(view.Reasons, r => Assert.Equal(Severity.Info, r.Severity));
            Assert.Empty(view.Unavailable);
        }
    }

    [Fact]
    public async Task Figures_ComeFromTheStore_InTheRowAndInTheList_AlsoAfterARestart()
    {
        var cluster = await ControlPlaneCluster.StartAsync();
        var bot = await Register(cluster);
        var now = cluster.Clock.GetUtcNow();
        await bot.RecordDecision(Decision(now, "d1"));
        await bot.RecordTrades([Trade(now, "t1") with { ClosedAt = now, Pnl = 2.5m }, Trade(now, "t2")]);
        await using var next = await cluster.RestartAsync();
        await next.Advance(1.1);
        foreach (var view in new[] { (await next.Grains.GetGrain<IBotGrain>("momentum").Get())!, await Listed(next) })
        {
            Assert.Equal((now, 2, 2.5m), (view.LastDecisionAt, view.Trades24h, view.Pnl24h));
        }

        await next.Advance(0.1);
        next.Clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal((now, 0L, null), ((await next.Grains.GetGrain<IBotGrain>("momentum").Get())! is var v ? (v.LastDecisionAt, v.Trades24h, v.Pnl24h) : default));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Store_LostOrHanging_FiguresAreNullAndNamed_AndTheRowIsThereAllTheSame(bool hangs)
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var bot = await Register(cluster);
        await bot.RecordTrade(Trade(cluster.Clock.GetUtcNow(), "t1"));
        if (hangs) cluster.Stores.Hang();
        else cluster.Stores.Failing = true;

        // The alerts list bots too: what was read for them within the last second counts as read.
        await cluster.Advance(1.1);
        var get = bot.Get();
        var list = Listed(cluster);
        await cluster.Until(() => get.IsCompleted && list.IsCompleted, "both answer", 2);
        foreach (var view in new[] { (await get)!, await list })
        {
            Assert.Equal((null, null, null), (view.LastDecisionAt, view.Trades24h, view.Pnl24h));
            Assert.Equal(["last_decision_at", "trades_24h", "pnl_24h", "blind"], view.Unavailable.Select(u => u.Field));
        }

        if (hangs) return;
        Assert.Equal(Codes.DataUnavailable, (await bot.RecordTrade(Trade(cluster.Clock.GetUtcNow(), "t2"))).Code);
        Assert.Equal(Codes.DataUnavailable, (await bot.GetTrades(10, null)).Code);
        var funnel = await bot.GetFunnel();
        Assert.Equal((null, false, Codes.DataUnavailable), (funnel.Funnel, funnel.NoTrades.HasValue, funnel.Code));
        cluster.Stores.Resume();
        Assert.Equal(1, (await bot.RecordTrade(Trade(cluster.Clock.GetUtcNow(), "t2"))).Accepted);
    }

    [Fact]
    public async Task BadTraces_AreRejectedOneByOne_TheRestIsKept()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var bot = await Register(cluster);
        var now = cluster.Clock.GetUtcNow();
        var good = Decision(now, "d1");
        ImmutableArray<DecisionTrace> decisions =
        [
            good,
            good with { DecisionId = "a\nb" },
            good with { DecisionId = "d2", Confidence = 1.01 },
            good with { DecisionId = "d3", Confidence = double.NaN },
            good with { DecisionId = "d4", Symbol = "E\u2028S" },
            good with { DecisionId = "d5", TraceId = "xyz" },
            good with { DecisionId = "d6", OccurredAt = now.AddMinutes(6) },
            good with { DecisionId = "d7", OccurredAt = now.AddDays(-91) },
            good with { DecisionId = "d8", Variables = good.Variables.Add("x", double.PositiveInfinity) },
            good with { DecisionId = "d9", Rationale = "two\r\nlines" },
            null!,
        ];
        var receipt = await bot.RecordDecisions(decisions);
        Assert.Equal((2, 0), (receipt.Accepted, receipt.Duplicates));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 10], receipt.Rejected.Select(r => r.Index));
        var kept = await bot.GetDecisions(10, null);
        Assert.Equal("two  lines", kept.Items[0].Decision.Rationale);
        Assert.Equal(2, kept.Items.Length);

        var trade = Trade(now, "t1");
        var trades = await bot.RecordTrades([trade with { Quantity = 0 }, trade with { Price = -1.1e18m }, trade with { Pnl = decimal.MaxValue }, trade with { ClosedAt = now.AddSeconds(-1) }, trade]);
        Assert.Equal((1, 4), (trades.Accepted, trades.Rejected.Length));
        Assert.Equal([0], (await bot.RecordTrades([trade with { Side = OrderSide.Sell }])).Rejected.Select(r => r.Index));
        Assert.Equal(Codes.UnknownBot, (await cluster.Grains.GetGrain<IBotGrain>("nobody").RecordTrade(trade)).Code);
    }

    [Theory]
    [InlineData(CycleEnd.Traded, 0, 0, 0, 0, false)]
    [InlineData(CycleEnd.Traded, 1, 1, 1, 0, true)]
    [InlineData(CycleEnd.Traded, 1, 2, 1, 1, false)]
    [InlineData(CycleEnd.Suppressed, 1, 1, 1, 0, false)]
    [InlineData(CycleEnd.Suppressed, 2, 1, 0, 0, true)]
    [InlineData(CycleEnd.NoSignal, 1, 0, 0, 0, false)]
    [InlineData(CycleEnd.Error, 3, 1, 0, 0, true)]
    [InlineData((CycleEnd)9, 0, 0, 0, 0, false)]
    public async Task Cycle_ContradictingItself_IsRejected(CycleEnd end, int signals, int survived, int sent, int filled, bool taken)
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var bot = await Register(cluster);
        var receipt = await bot.RecordCycle(new("c1", cluster.Clock.GetUtcNow(), end, signals, survived, sent, filled, null));
        Assert.Equal(taken ? (1, 0) : (0, 1), (receipt.Accepted, receipt.Rejected.Length));
    }

    [Fact]
    public async Task Decision_IsStampedWithTheGateItWasRecordedUnder_AndLeadsToItsUsage()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var bot = await Register(cluster);
        await cluster.Until(() => cluster.Node.Read().IsLive, "the node has a gate");
        await bot.RecordDecision(Decision(cluster.Clock.GetUtcNow(), "d1"));
        var detail = await bot.GetDecision("d1");
        Assert.Equal(cluster.Node.Read().Position.Epoch, detail.Decision!.Decision.GateEpoch);
        Assert.Empty(detail.Usage!.Value);
        Assert.Null((await bot.GetDecision("d2")).Decision);
    }

    [Fact]
    public async Task NoTrades_ByManyAtOnce_AreFoldedAndCountedExactly()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var bot = await Register(cluster);
        var now = cluster.Clock.GetUtcNow();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => bot.RecordNoTrade(new($"n{i}", now, "ES", [new(NoTradeCodes.Cooldown, null, null, null, null)], null))));
        Assert.Equal(50, Assert.Single((await bot.GetNoTrades(10, null, null)).Items).Count);
        Assert.Equal([new NoTradeReasonCount(NoTradeCodes.Cooldown, 50, now)], (await bot.GetFunnel()).NoTrades!.Value);
        Assert.Empty((await bot.GetNoTrades(10, null, NoTradeCodes.NoSignal)).Items);
        Assert.Equal(Codes.InvalidRequest, (await bot.GetNoTrades(10, null, "NOPE")).Code);
    }

    [Fact]
    public async Task Blind_OnlyBeyondWhatIsUsual_AndOnlyWithEvidence()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var bot = await Register(cluster);
        var now = cluster.Clock.GetUtcNow();
        var cycles = 0;
        CycleTrace Next(bool signal) => new($"c{++cycles}", now, signal ? CycleEnd.Traded : CycleEnd.NoSignal, signal ? 1 : 0, signal ? 1 : 0, signal ? 1 : 0, 0, null);

        // A signal every sixth cycle, and 19 gaps: not enough to say what is usual.
        await bot.RecordCycles([.. Enumerable.Range(0, 115).Select(i => Next(i % 6 == 0))]);
        await bot.RecordCycles([.. Enumerable.Range(0, 50).Select(_ => Next(false))]);
        var none = (await bot.Get())!.Blind!;
        Assert.Equal((false, null), (none.Blind, none.UsualCycles));

        await bot.RecordCycles([.. Enumerable.Range(0, 60).Select(i => Next(i % 6 == 0))]);
        await bot.RecordCycles([.. Enumerable.Range(0, 6).Select(_ => Next(false))]);
        var usual = (await bot.Get())!.Blind!;
        Assert.Equal((false, 6.0, 11L), (usual.Blind, usual.UsualCycles, usual.CyclesSinceSignal));
        await bot.RecordCycles([Next(false)]);
        Assert.False((await bot.GetFunnel()).Blind!.Blind);
        await bot.RecordCycles([Next(false)]);
        Assert.True((await bot.GetFunnel()).Blind!.Blind);
        var view = (await bot.Get())!;
        Assert.Contains(view.Reasons, r => r is { Code: NoTradeCodes.NoSignal, Severity: Severity.Info });
        await bot.RecordCycles([Next(true)]);
        Assert.False((await bot.GetFunnel()).Blind!.Blind);
    }

    private static DecisionTrace Decision(DateTimeOffset at, string id) =>
        new(id, at, "ES", "buy", null, ImmutableSortedDictionary<string, TraceValue>.Empty, 0.5, null, null, "0af7651916cd43dd8448eb211c80319c");

    private static TradeTrace Trade(DateTimeOffset at, string id) => new(id, "ES", OrderSide.Buy, 1, 100, null, at, null, null, null);

    private static async Task<BotView> Listed(ControlPlaneCluster cluster) =>
        (await Task.WhenAll(Enumerable.Range(0, IBotDirectoryGrain.ShardCount).Select(i => cluster.Grains.GetGrain<IBotDirectoryGrain>(i).List()))).SelectMany(b => b).Single();

    private static async Task<IBotGrain> Register(ControlPlaneCluster cluster)
    {
        var bot = cluster.Grains.GetGrain<IBotGrain>("momentum");
        var answer = await bot.Register(new("Momentum", "u1", ["polygon"], null, null), ControlPlaneCluster.Operator);
        Assert.True(answer.Done, answer.Message);
        return bot;
    }
}
