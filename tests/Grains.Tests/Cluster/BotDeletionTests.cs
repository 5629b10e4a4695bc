using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>How many bots there may be, and what becomes of one that is deleted.</summary>
public sealed class BotDeletionTests
{
    private static readonly BotRegistration s_any = new("B", null, ["polygon"], null, null);

    [Fact]
    public async Task Register_MoreThanTheMost_IsRefusedUntilOneIsDeleted()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync(c => c.Runners.Max = 3);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => cluster.Grains.GetGrain<IBotGrain>($"b{i}").Register(s_any, ControlPlaneCluster.Runner)));
        Assert.Equal((3, 9), (answers.Count(a => a.Done), answers.Count(a => a.Code == Codes.RateLimited)));
        Assert.Contains("ControlPlane__Bots__Max", answers.First(a => !a.Done).Message!, StringComparison.Ordinal);
        var ids = (await Listed(cluster)).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(3, ids.Length);

        // Those that are there may still be tightened.
        Assert.True((await cluster.Grains.GetGrain<IBotGrain>(ids[0]).Register(s_any, ControlPlaneCluster.Runner)).Done);
        Assert.True((await Admin(cluster, ids[0]).Delete(ControlPlaneCluster.Operator)).Done);
        Assert.True((await cluster.Grains.GetGrain<IBotGrain>("late").Register(s_any, ControlPlaneCluster.Runner)).Done);
        Assert.Equal(Codes.RateLimited, (await cluster.Grains.GetGrain<IBotGrain>("later").Register(s_any, ControlPlaneCluster.Runner)).Code);
    }

    [Fact]
    public async Task Delete_WithALease_AnOrderOrAPosition_IsRefusedAndWrittenDown()
    {
        await using var cluster = await OrderScene.Ready();
        var (bot, epoch) = await OrderScene.Running(cluster);
        var admin = Admin(cluster, "momentum");
        cluster.Stores.Audit.Clear();
        Assert.Equal(Codes.Forbidden, (await admin.Delete(ControlPlaneCluster.Runner)).Code);
        Assert.Equal(Codes.RunnerAlreadyHeld, (await admin.Delete(ControlPlaneCluster.Operator)).Code);
        var order = await bot.CheckOrder(OrderScene.Order with { Epoch = epoch });
        Assert.True(order.Allowed, OrderScene.Told(order));
        await bot.Stop("r1", epoch, ControlPlaneCluster.Runner);
        Assert.Equal((Codes.OperationNotAllowed, "open orders"), Refusal(await admin.Delete(ControlPlaneCluster.Operator), "open orders"));
        await bot.ReportOrder(order.OrderId!, OrderEnd.Canceled);
        await bot.RecordTrades([OrderScene.Trade(cluster, "t1", 1)]);
        Assert.Equal((Codes.OperationNotAllowed, "a position"), Refusal(await admin.Delete(ControlPlaneCluster.Operator), "a position"));
        await bot.RecordTrades([OrderScene.Trade(cluster, "t1", 1) with { ClosedAt = cluster.Clock.GetUtcNow(), Pnl = 1 }]);
        Assert.NotNull(await bot.Get());
        Assert.True((await admin.Delete(ControlPlaneCluster.Operator)).Done);
        Assert.Equal(
            ["refused", "requested", Codes.RunnerAlreadyHeld, "requested", Codes.OperationNotAllowed, "requested", Codes.OperationNotAllowed, "requested", "done"],
            cluster.Stores.Audit.Where(e => e.Fact.Action == "bot.delete").Select(e => e.Fact.Outcome));
    }

    [Fact]
    public async Task DeletedBot_IsForgotten_AndOneMadeAnewGetsNoNumberASecondTime()
    {
        var cluster = await OrderScene.Ready();
        var (bot, epoch) = await OrderScene.Running(cluster);
        var before = (await bot.Get())!.Generation;
        await bot.RecordDecisions([new("d1", cluster.Clock.GetUtcNow(), "ES", "hold", null, ImmutableSortedDictionary<string, TraceValue>.Empty, null, null, null, null)]);
        await bot.Stop("r1", epoch, ControlPlaneCluster.Runner);
        Assert.True((await Admin(cluster, "momentum").Delete(ControlPlaneCluster.Operator)).Done);
        await cluster.Advance(0.2);
        Assert.Null(await bot.Get());
        Assert.Equal(Codes.UnknownBot, (await bot.Start(new RunnerStart("r1", null), ControlPlaneCluster.Runner)).Code);
        Assert.Equal(Codes.UnknownBot, (await bot.Heartbeat("r1", epoch, ControlPlaneCluster.Runner)).Code);
        Assert.Empty(await Listed(cluster));
        Assert.False(cluster.Node.For("momentum", epoch).Check().MayReduce);
        Assert.Equal(Codes.UnknownBot, (await Admin(cluster, "momentum").Delete(ControlPlaneCluster.Operator)).Code);

        await using var next = await cluster.RestartAsync();
        Assert.Empty(await Listed(next));
        await next.UntilOk();
        var (anew, later) = await OrderScene.Running(next);
        var view = (await anew.Get())!;
        Assert.True(later > epoch && view.Generation > before, $"epochs {epoch} and {later}, generations {before} and {view.Generation}");
        Assert.Equal(AutonomyTier.Observe, view.Tier);

        // What happened has happened.
        Assert.Equal("d1", Assert.Single((await anew.GetDecisions(10, null)).Items).Decision.DecisionId);
    }

    [Fact]
    public async Task RevokedToken_RaisesTheGeneration_ForGood_AndTakesAnOperator()
    {
        var cluster = await OrderScene.Ready();
        var bot = cluster.Grains.GetGrain<IBotGrain>("momentum");
        Assert.Equal(1, await bot.TokenGeneration());
        Assert.Equal(Codes.UnknownBot, (await Admin(cluster, "momentum").RevokeToken(null, ControlPlaneCluster.Operator)).Code);
        Assert.Equal(Codes.Forbidden, (await bot.Register(s_any, new Caller("bot/momentum", "bot", ControlPlaneCluster.Runner.TraceId))).Code);
        await bot.Register(s_any, ControlPlaneCluster.Runner);
        Assert.Equal((1, 1), ((await bot.Get())!.Generation, await bot.TokenGeneration()));
        Assert.Equal(Codes.Forbidden, (await Admin(cluster, "momentum").RevokeToken("leaked", ControlPlaneCluster.Runner)).Code);
        Assert.Equal(1, await bot.TokenGeneration());
        var first = (await Admin(cluster, "momentum").RevokeToken("leaked", ControlPlaneCluster.Operator)).Bot!.Generation;
        var second = (await Admin(cluster, "momentum").RevokeToken("leaked", ControlPlaneCluster.Operator)).Bot!.Generation;
        Assert.True(first > 1 && second > first, $"{first}, {second}");
        Assert.Equal(second, await bot.TokenGeneration());
        Assert.True((await Admin(cluster, "momentum").Delete(ControlPlaneCluster.Operator)).Done);
        await using var next = await cluster.RestartAsync();
        await next.UntilOk();
        Assert.True(await next.Grains.GetGrain<IBotGrain>("momentum").TokenGeneration() > second);
        Assert.Contains(next.Stores.Audit, e => (e.Fact.Action, e.Fact.Outcome) == ("bot.token.revoke", "done") && e.Fact.Details["reason"] == "leaked");
    }

    [Fact]
    public async Task DeletedBot_UnderAKill_IsStillKilledWhenItIsMadeAnew()
    {
        await using var cluster = await OrderScene.Ready();
        var (bot, epoch) = await OrderScene.Running(cluster);
        var kill = bot.Kill("stop", ControlPlaneCluster.Runner);
        await cluster.Until(() => kill.IsCompleted, "the kill answers");
        await bot.Stop("r1", epoch, ControlPlaneCluster.Runner);
        Assert.True((await Admin(cluster, "momentum").Delete(ControlPlaneCluster.Operator)).Done);
        Assert.True((await bot.Register(s_any, ControlPlaneCluster.Runner)).Done);
        Assert.True((await bot.Get())!.Kill.Engaged);
        Assert.Equal(Codes.KillSwitchEngaged, (await bot.Start(new RunnerStart("r1", null), ControlPlaneCluster.Runner)).Code);
        Assert.True((await Admin(cluster, "momentum").Release("go on", ControlPlaneCluster.Operator)).Done);
        Assert.False((await bot.Get())!.Kill.Engaged);
    }

    private static (string? Code, string? Why) Refusal(BotAnswer answer, string word) =>
        (answer.Code, answer.Message?.Contains(word, StringComparison.Ordinal) == true ? word : answer.Message);

    private static IBotAdminGrain Admin(ControlPlaneCluster cluster, string id) => cluster.Grains.GetGrain<IBotAdminGrain>(id);

    private static async Task<string[]> Listed(ControlPlaneCluster cluster) =>
        [.. (await Task.WhenAll(Enumerable.Range(0, IBotDirectoryGrain.ShardCount).Select(i => cluster.Grains.GetGrain<IBotDirectoryGrain>(i).List()))).SelectMany(shard => shard).Select(bot => bot.BotId)];
}
