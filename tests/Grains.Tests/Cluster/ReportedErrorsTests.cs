using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>What bots say about a provider's calls: how far it reaches.</summary>
public sealed class ReportedErrorsTests
{
    [Fact]
    public async Task OneBot_InventsErrors_DegradesItselfAlone()
    {
        await using var cluster = await Ready();
        var (liar, honest) = (await StartAsync(cluster, "liar"), await StartAsync(cluster, "honest"));
        await AppendAsync(cluster, "liar", 300, UsageStatus.Error);
        await cluster.Until(async () => (await Polygon(cluster)).State == ProviderState.Degraded, "the row shows it");
        var row = await Polygon(cluster);
        Assert.Equal((300L, 1.0), (row.Usage!.Errors24h, row.Usage.ErrorRate15m));
        Assert.Contains("liar", row.Reasons.Single(r => r.Severity == Severity.Degraded).Message, StringComparison.Ordinal);

        await cluster.Until(() => liar().TradingState == TradingState.Reducing, "its own bot is reduced");
        await cluster.Advance(3);
        Assert.Equal((SystemStatus.Ok, TradingState.Active), (cluster.Status(), honest().TradingState));
        Assert.Equal((SystemStatus.Degraded, SystemStatus.Ok), (await ReadinessAsync(cluster, "liar"), await ReadinessAsync(cluster, "honest")));
        Assert.Equal(2, cluster.Verifier.CallsOf("polygon"));
    }

    [Fact]
    public async Task OneBot_AndAnInconclusiveVerify_DegradeTheSystem()
    {
        await using var cluster = await Ready();
        await StartAsync(cluster, "a");
        cluster.Verifier.Answer("polygon", VerifyStatus.Inconclusive);
        await AppendAsync(cluster, "a", 20, UsageStatus.Timeout);
        await cluster.Until(() => cluster.Status() == SystemStatus.Degraded, "the verify agrees");
    }

    /// <summary>Seen before: a provider that failed for two bots was masked by 6,000 invented successes of a third.</summary>
    [Fact]
    public async Task TwoBotsThatAgree_DegradeTheSystem_WhateverAThirdInvents_AndItEndsByItself()
    {
        await using var cluster = await Ready();
        foreach (var bot in new[] { "a", "b", "c" }) await StartAsync(cluster, bot);
        await AppendAsync(cluster, "c", 6_000, UsageStatus.Ok);
        foreach (var bot in new[] { "a", "b" })
        {
            await AppendAsync(cluster, bot, 14, UsageStatus.Ok);
            await AppendAsync(cluster, bot, 6, UsageStatus.Error);
        }

        await cluster.Until(() => cluster.Status() == SystemStatus.Degraded, "two agree");
        Assert.Contains("12 of 40 calls", (await Polygon(cluster)).Reasons.Single(r => r.Severity == Severity.Degraded).Message, StringComparison.Ordinal);

        // Below where it began, but that alone is no recovery: it takes as many good calls in a row as an alarm takes calls.
        await AppendAsync(cluster, "a", 19, UsageStatus.Ok);
        await cluster.Advance(2);
        Assert.Equal(SystemStatus.Degraded, cluster.Status());
        await AppendAsync(cluster, "a", 1, UsageStatus.Ok);
        await cluster.UntilOk();
    }

    [Fact]
    public async Task OwnMistakes_CountAsErrors_AndSpeakAgainstNobody()
    {
        await using var cluster = await Ready();
        foreach (var bot in new[] { "a", "b" })
        {
            await StartAsync(cluster, bot);
            await AppendAsync(cluster, bot, 40, UsageStatus.Error, httpStatus: 404);
        }

        await cluster.Until(async () => (await Polygon(cluster)).Usage is { Errors24h: 80, ErrorRate15m: 0.0 }, "counted");
        await cluster.Advance(3);
        Assert.Equal((ProviderState.Connected, SystemStatus.Ok, 1), ((await Polygon(cluster)).State, cluster.Status(), cluster.Verifier.CallsOf("polygon")));
    }

    [Fact]
    public async Task BotsWithoutALease_DegradeNothing()
    {
        await using var cluster = await Ready();
        foreach (var bot in new[] { "a", "b", "c" }) await AppendAsync(cluster, bot, 100, UsageStatus.Error);
        await cluster.Until(async () => (await Polygon(cluster)).Usage is { Errors24h: 300 }, "counted");
        await cluster.Advance(3);
        Assert.Equal((ProviderState.Connected, SystemStatus.Ok), ((await Polygon(cluster)).State, cluster.Status()));
        Assert.Null((await Polygon(cluster)).Usage!.ErrorRate15m);
    }

    /// <summary>Seen before: a failing provider that moved to another silo was good again until as many calls had failed anew.</summary>
    [Fact]
    public async Task CallsThatFailedBeforeARestart_CountOn()
    {
        await using var cluster = await Ready();
        foreach (var bot in new[] { "a", "b" })
        {
            await StartAsync(cluster, bot);
            await AppendAsync(cluster, bot, 20, UsageStatus.Error);
        }

        // However much a third reports afterwards.
        await AppendAsync(cluster, "c", 2_500, UsageStatus.Ok);
        await cluster.Until(() => cluster.Status() == SystemStatus.Degraded, "two agree");
        await using var next = await cluster.RestartAsync();
        await next.Until(async () => (await Polygon(next)).Usage is { Errors24h: 40 }, "the figures are read");
        foreach (var bot in new[] { "a", "b" }) await next.Until(async () => (await next.Grains.GetGrain<IBotGrain>(bot).Start("r", null, ControlPlaneCluster.Runner)).Granted, "it starts again", 700);
        await next.Until(() => next.Status() == SystemStatus.Degraded, "two agree still");
        Assert.Contains("40 of 40 calls", (await Polygon(next)).Reasons.Single(r => r.Severity == Severity.Degraded).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FailingCalls_WhereAVerifyWouldLogIn_BringNoneForward()
    {
        await using var cluster = await Ready();
        cluster.Verifier.WouldLogIn = true;
        await StartAsync(cluster, "a");
        await AppendAsync(cluster, "a", 40, UsageStatus.Error);
        await cluster.Until(async () => (await Polygon(cluster)).State == ProviderState.Degraded, "the row shows it");
        await cluster.Advance(30);
        Assert.Equal(1, cluster.Verifier.CallsOf("polygon"));
    }

    [Fact]
    public async Task LastUse_DatedAhead_IsNoneUntilItsTimeHasCome()
    {
        await using var cluster = await Ready();
        var now = cluster.Clock.GetUtcNow();
        await AppendAsync(cluster, "a", 1, UsageStatus.Ok);
        await AppendAsync(cluster, "liar", 1, UsageStatus.Ok, at: now.AddSeconds(100));
        await cluster.Until(async () => (await Polygon(cluster)).Usage is { Count24h: 1, LastUsedByBot: "a" }, "counted");
        await cluster.Advance(70);
        Assert.Equal("a", (await Polygon(cluster)).Usage!.LastUsedByBot);
        await cluster.Until(async () => (await Polygon(cluster)).Usage is { Count24h: 2, LastUsedByBot: "liar" }, "its time has come", 120);
    }

    [Fact]
    public async Task Use_OfAProviderWithoutKeys_SaysThatItProvesNoConnection()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        await AppendAsync(cluster, "a", 5, UsageStatus.Ok);
        await cluster.Until(async () => (await Polygon(cluster)).Usage is { Count24h: 5 }, "counted");
        Assert.Contains((await Polygon(cluster)).Reasons, r => r is { Severity: Severity.Info } && r.Message.Contains("prove no connection", StringComparison.Ordinal));
    }

    private static async Task<ControlPlaneCluster> Ready()
    {
        var cluster = await ControlPlaneCluster.StartAsync(c =>
        {
            c.Verify.MinIntervalSeconds = 1;
            c.Verify.FreshnessSeconds = 3_600;
            c.Runners.LeaseSeconds = 300;
        });
        cluster.SetAllKeys();
        await cluster.UntilOk();
        return cluster;
    }

    private static async Task<Func<GateAnswer>> StartAsync(ControlPlaneCluster cluster, string bot)
    {
        var grain = cluster.Grains.GetGrain<IBotGrain>(bot);
        await grain.Register(new BotRegistration(bot, "u1", ["oanda"], null, null), ControlPlaneCluster.Operator);
        var answer = await grain.Start("r", null, ControlPlaneCluster.Runner);
        Assert.True(answer.Granted, answer.Code);
        var gate = cluster.Node.For(bot, answer.Epoch);
        await cluster.Until(() => gate.Check().MayOpen, "the node has heard of the lease");
        return gate.Check;
    }

    private static async Task<SystemStatus> ReadinessAsync(ControlPlaneCluster cluster, string bot) => (await cluster.Grains.GetGrain<IBotGrain>(bot).Get())!.Readiness;

    private static async Task<ProviderStatus> Polygon(ControlPlaneCluster cluster) => (await cluster.Grains.GetGrain<IProviderGrain>("polygon").GetStatus())!;

    private static async Task AppendAsync(ControlPlaneCluster cluster, string bot, int count, UsageStatus status, int? httpStatus = null, DateTimeOffset? at = null)
    {
        ImmutableArray<UsageEvent> events =
        [
            .. Enumerable.Range(0, count).Select(_ => new UsageEvent(
                Guid.NewGuid(), at ?? cluster.Clock.GetUtcNow(), "u", bot, "polygon", "GET /v3/quotes", status, status == UsageStatus.Ok ? 200 : httpStatus, 41, null, null)),
        ];
        Assert.Equal(count, (await cluster.Grains.GetGrain<IUsageIngestGrain>(0).Append(events)).Accepted);
    }
}
