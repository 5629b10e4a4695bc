using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Autonomy;
using ControlPlane.Grains.Risk;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ControlPlane.Grains.Tests.Cluster;

public sealed class BotAutonomyTests
{
    [Fact]
    public async Task Bot_WithoutEvidence_HasNullsAndSaysWhy()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var bot = await Registered(cluster);
        var report = (await bot.GetAutonomy())!;
        Assert.Equal((AutonomyTier.Observe, null, AutonomyTier.Paper), (report.Tier, report.Score, report.NextTier));
        Assert.All(report.Factors, f => Assert.Null(f.Score));
        Assert.Contains(report.Needs, n => n.Code == "FACTOR_UNKNOWN");
        Assert.Null(await cluster.Grains.GetGrain<IBotGrain>("nobody").GetAutonomy());
    }

    [Fact]
    public async Task Bot_WithGoodEvidence_EarnsPaperByItself_AndAPersonIsRefusedMoreThanItAllows()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var bot = await Registered(cluster);
        await RecordAsync(cluster, bot, 40);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(AutonomyTier.Observe, (await bot.Get())!.Tier);
            await bot.EvaluateAutonomy();
        }

        await EarnPaper(cluster, bot);
        var view = (await bot.Get())!;
        Assert.InRange(view.Score!.Value, 60, 100);
        var report = (await bot.GetAutonomy())!;
        Assert.Equal("The evidence allows it.", report.History!.Value[0].Reason);
        Assert.True(report.NextTierNeedsPerson);
        var refused = await bot.Promote("please", ControlPlaneCluster.Operator);
        Assert.Equal(Codes.TierTooLow, refused.Code);
        Assert.Contains("decision_quality", refused.Message, StringComparison.Ordinal);

        // A restart keeps what was earned.
        await using var next = await cluster.RestartAsync();
        Assert.Equal((AutonomyTier.Paper, view.Score), ((await next.Grains.GetGrain<IBotGrain>("b").Get())!.Tier, (await next.Grains.GetGrain<IBotGrain>("b").Get())!.Score));
    }

    [Fact]
    public async Task Bot_TradesUnderAnOrderThatWasNotGranted_FallsAtOnce()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var bot = await Registered(cluster);
        await RecordAsync(cluster, bot, 40);
        await EarnPaper(cluster, bot);
        await bot.RecordTrades([Trade(cluster, 1000) with { OrderId = "never-granted" }]);
        await cluster.Until(async () => (await bot.Get())!.Tier == AutonomyTier.Observe, "fallen, without a round", 10);
        await cluster.Until(async () => (await bot.GetAutonomy())!.History!.Value[0].Reason == "It broke the rule trade_outside_order.", "told in the history", 10);
    }

    [Fact]
    public async Task Promote_OvertakenByAFall_RaisesNothing()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync(InsideAnHour);
        var bot = await AllowedSupervised(cluster);
        var held = new TaskCompletionSource();
        cluster.Traces.EvidenceHeldUntil = held.Task;
        var promoting = bot.Promote("please", ControlPlaneCluster.Operator);
        await cluster.Until(() => cluster.Traces.EvidenceHeldUntil is null, "the promotion reads the evidence", 1);
        var fault = cluster.Storage.Fault = new(StateNames.Bot) { Waits = true };
        await bot.RecordTrades([Trade(cluster, 1000) with { OrderId = "never-granted" }]);
        await fault.Came;

        // The fall is being written, and the promotion goes on with what it has read before.
        held.SetResult();
        await cluster.Advance(0.5);
        cluster.Storage.Fault = null;
        fault.Go();
        Assert.Equal(Codes.TierTooLow, (await promoting).Code);
        Assert.Equal(AutonomyTier.Observe, (await bot.Get())!.Tier);
    }

    [Fact]
    public async Task Promote_WithNothingLackingButAPerson_Rises()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync(InsideAnHour);
        var bot = await AllowedSupervised(cluster);
        Assert.True((await bot.Promote("earned", ControlPlaneCluster.Operator)).Done);
        Assert.Equal(AutonomyTier.Supervised, (await bot.Get())!.Tier);
    }

    [Fact]
    public async Task Store_Unreadable_TierStaysAndScoreIsNull()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var bot = await Registered(cluster);
        await RecordAsync(cluster, bot, 40);
        await EarnPaper(cluster, bot);
        cluster.Stores.Failing = true;
        await bot.EvaluateAutonomy();
        var report = (await bot.GetAutonomy())!;
        Assert.Equal((AutonomyTier.Paper, null, Codes.DataUnavailable), (report.Tier, report.Score, report.Code));
        Assert.All(report.Factors, f => Assert.Equal((null, null), (f.Score, f.EffectiveN)));
        Assert.Null(report.History);
        Assert.Equal(Codes.DataUnavailable, (await bot.Promote("please", ControlPlaneCluster.Operator)).Code);
    }

    [Fact]
    public async Task Register_WithWhatIsThereAlready_NeitherDisarmsNorCostsEvidence()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var bot = cluster.Grains.GetGrain<IBotGrain>("b");
        var same = new BotRegistration(
            "B", "u1", ["polygon", "oanda"], TradingMode.Live, ImmutableSortedDictionary<string, decimal>.Empty.Add("max_open_orders", 3), ["ES", "NQ"], "m1");
        Assert.True((await bot.Register(same, ControlPlaneCluster.Operator)).Done);
        Assert.True((await bot.ArmLive(TimeSpan.FromMinutes(5), "go", ControlPlaneCluster.Operator)).Done);
        foreach (var by in new[] { ControlPlaneCluster.Operator, ControlPlaneCluster.Runner })
        {
            Assert.True((await bot.Register(same with { Name = "Renamed", Requires = ["oanda", "polygon"] }, by)).Done);
            Assert.True((await bot.Get())!.Live.Armed);
        }

        Assert.DoesNotContain("change of the configuration", string.Concat((await bot.GetAutonomy())!.Factors.Select(f => f.Formula)), StringComparison.Ordinal);
        Assert.True((await bot.Register(same with { Model = "m2" }, ControlPlaneCluster.Operator)).Done);
        Assert.False((await bot.Get())!.Live.Armed);
    }

    [Fact]
    public async Task Bot_ThatInventsEverythingInAMoment_HasNoScore()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var bot = await Registered(cluster);
        var now = cluster.Clock.GetUtcNow();
        for (var i = 0; i < 200; i++)
        {
            var at = now.AddHours(-i);
            await bot.RecordDecisions([new DecisionTrace($"d{i}", at, "ES", "buy", "up", ImmutableSortedDictionary<string, TraceValue>.Empty, 1, null, null, Trace(i))]);
            await bot.RecordTrades([Trade(cluster, i) with { OrderId = null, OpenedAt = at, ClosedAt = at, Pnl = 5 }]);
            await bot.RecordCycles([new CycleTrace($"c{i}", at, CycleEnd.Traded, 1, 1, 1, 1, Trace(i))]);
        }

        await cluster.Traces.AddUsageAsync([.. Enumerable.Range(0, 500).Select(i => new UsageEvent(Guid.NewGuid(), now.AddHours(-i), null, "b", "polygon", "GET /x", UsageStatus.Ok, 200, 5, null, null))]);
        for (var i = 0; i < 3; i++) await bot.EvaluateAutonomy();
        Assert.Equal((AutonomyTier.Observe, null), ((await bot.Get())!.Tier, (await bot.Get())!.Score));
    }

    private static async Task<IBotGrain> Registered(ControlPlaneCluster cluster)
    {
        var bot = cluster.Grains.GetGrain<IBotGrain>("b");
        Assert.True((await bot.Register(new("B", null, ["polygon"], null, null), ControlPlaneCluster.Operator)).Done);
        return bot;
    }

    /// <summary>Calls count in hours in which the runner was seen: all that is recorded here falls into one.</summary>
    private static void InsideAnHour(ControlPlaneCluster cluster) => cluster.Clock.Advance(TimeSpan.FromMinutes(30));

    /// <summary>A round that finds an evaluation under way leaves it to the next one: how many it takes is not certain.</summary>
    private static Task EarnPaper(ControlPlaneCluster cluster, IBotGrain bot) => cluster.Until(
        async () =>
        {
            await bot.EvaluateAutonomy();
            return (await bot.Get())!.Tier == AutonomyTier.Paper;
        },
        "the evidence earns PAPER",
        3);

    /// <summary>A bot on PAPER to whose next step nothing but a person's word is lacking.</summary>
    private static async Task<IBotGrain> AllowedSupervised(ControlPlaneCluster cluster)
    {
        var options = cluster.Service<IOptions<AutonomyOptions>>().Value;
        (options.SupervisedDays, options.SupervisedScore) = (1, 60);
        var bot = await Registered(cluster);
        Assert.True((await bot.Register(new("B", null, ["polygon"], null, null) { Terms = new() { StatesConfidence = false } }, ControlPlaneCluster.Operator)).Done);
        await RecordAsync(cluster, bot, 60);
        await EarnPaper(cluster, bot);
        await cluster.Until(
            async () =>
            {
                await bot.EvaluateAutonomy();
                return (await bot.GetAutonomy())!.Needs.All(n => n.Code == "PERSON");
            },
            "nothing but a person's word is lacking",
            3);
        return bot;
    }

    private static async Task RecordAsync(ControlPlaneCluster cluster, IBotGrain bot, int count)
    {
        var now = cluster.Clock.GetUtcNow();
        await bot.RecordDecisions([.. Enumerable.Range(0, count).Select(i => new DecisionTrace(
            $"d{i}", now.AddSeconds(-i), "ES", "buy", "up", ImmutableSortedDictionary<string, TraceValue>.Empty, null, null, null, Trace(i)))]);
        await cluster.Traces.GrantAsync("b", [.. Enumerable.Range(0, count).Select(i => new GrantedOrder($"o{i}", "ES", OrderSide.Buy, 1, 100, OrderIntent.Open, 1, now, OrderStatus.Open, 0, null))]);
        await cluster.Traces.AddHeartbeatsAsync("b", now, count);
        await bot.RecordTrades([.. Enumerable.Range(0, count).Select(i => Trade(cluster, i))]);
        var receipt = await bot.RecordCycles([.. Enumerable.Range(0, count).Select(i => new CycleTrace($"c{i}", now.AddSeconds(-i), CycleEnd.Traded, 1, 1, 1, 1, Trace(i)))]);
        Assert.Equal(count, receipt.Accepted);
        await cluster.Traces.AddUsageAsync([.. Enumerable.Range(0, count).Select(i => new UsageEvent(
            Guid.NewGuid(), now.AddSeconds(-i), null, "b", "polygon", "GET /x", UsageStatus.Ok, 200, 5, null, null))]);
    }

    private static TradeTrace Trade(ControlPlaneCluster cluster, int i) => new(
        $"t{i}", "ES", OrderSide.Buy, 1, 100, null, cluster.Clock.GetUtcNow().AddSeconds(-i % 500), null, $"d{i}", Trace(i), $"o{i}");

    private static string Trace(int i) => $"{i:x32}";
}
