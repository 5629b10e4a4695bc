using ControlPlane.Abstractions;
using ControlPlane.Grains.Alerts;
using ControlPlane.Grains.Tests.Cluster;
using ControlPlane.Grains.Usage;
using static ControlPlane.Grains.Tests.Cluster.OrderScene;

namespace ControlPlane.Grains.Tests.Alerts;

/// <summary>Causes that are made, not written into facts: told once each, and once when they are over.</summary>
public sealed class AlertRealCauseTests
{
    private readonly ScriptedReceiver _receiver = new();

    private Task<ControlPlaneCluster> StartAsync() => Ready(c =>
    {
        c.Verify.MinIntervalSeconds = 0;
        c.AlertChannel = _receiver;
        c.Alerts = ScriptedReceiver.Settings(null, null, "phone");
    });

    private string[] Heard(string kind) => [.. _receiver.Heard("phone").Where(h => h.Contains($" {kind} ", StringComparison.Ordinal))];

    private AlertSeverity Severity(string kind) => _receiver.Arrived.Last(a => a.Message.Alert.Kind == kind).Message.Alert.Severity;

    [Fact]
    public async Task UsageLost_UntilTheWindowNoLongerReachesBack()
    {
        await using var cluster = await StartAsync();
        await cluster.Grains.GetGrain<IUsageIngestGrain>(0).ReportLoss([new UsageLoss(Guid.NewGuid(), "polygon", 3, cluster.Clock.GetUtcNow())]);
        await cluster.Until(() => Heard("usage_lost").Length == 1, "told", 30);
        await cluster.Advance(20);
        cluster.Clock.Advance(TimeSpan.FromHours(24));
        await cluster.Until(() => Heard("usage_lost").Length == 2, "told that it is over", 120);
        Assert.Equal(["opened usage_lost system", "resolved usage_lost system"], Heard("usage_lost"));
    }

    [Fact]
    public async Task DailyLoss_NearAndAtItsLimit_UntilTheDayIsOver()
    {
        await using var cluster = await StartAsync();
        var (bot, _) = await Running(cluster, new() { ["max_daily_loss"] = 100 });
        TradeTrace Lost(string id, decimal pnl) => Trade(cluster, id, 1) with { ClosedAt = cluster.Clock.GetUtcNow(), Pnl = pnl };
        await bot.RecordTrade(Lost("t1", -50));
        await cluster.Advance(30);
        Assert.Empty(Heard("daily_loss"));

        await bot.RecordTrade(Lost("t2", -35));
        await cluster.Until(() => Heard("daily_loss").Length == 1, "told that it is near", 60);
        Assert.Equal(AlertSeverity.Warn, Severity("daily_loss"));
        await bot.RecordTrade(Lost("t3", -20));
        await cluster.Until(() => Heard("daily_loss").Length == 2, "told that it is reached", 60);
        Assert.Equal(AlertSeverity.Page, Severity("daily_loss"));
        await cluster.Advance(30);

        cluster.Clock.Advance(TimeSpan.FromDays(1));
        await cluster.Until(() => Heard("daily_loss").Length == 3, "told that the day is over", 120);
        Assert.Equal(["opened daily_loss bot/momentum", "repeated daily_loss bot/momentum", "resolved daily_loss bot/momentum"], Heard("daily_loss"));
    }

    [Fact]
    public async Task Blind_UntilASignalComes()
    {
        await using var cluster = await StartAsync();
        var (bot, _) = await Running(cluster);
        var cycles = 0;
        CycleTrace Next(bool signal) => new($"c{++cycles}", cluster.Clock.GetUtcNow(), signal ? CycleEnd.Traded : CycleEnd.NoSignal, signal ? 1 : 0, signal ? 1 : 0, signal ? 1 : 0, 0, null);
        await bot.RecordCycles([.. Enumerable.Range(0, 180).Select(i => Next(i % 6 == 0))]);
        await cluster.Advance(20);
        Assert.Empty(Heard("bot_blind"));

        await bot.RecordCycles([.. Enumerable.Range(0, 20).Select(_ => Next(false))]);
        await cluster.Until(() => Heard("bot_blind").Length == 1, "told", 60);
        await cluster.Advance(20);
        await bot.RecordCycles([Next(true)]);
        await cluster.Until(() => Heard("bot_blind").Length == 2, "told that it is over", 60);
        Assert.Equal(["opened bot_blind bot/momentum", "resolved bot_blind bot/momentum"], Heard("bot_blind"));
    }

    [Fact]
    public async Task Node_ThatTheGateDoesNotTake_UntilItIsSilent()
    {
        await using var cluster = await StartAsync();
        var alerts = cluster.Grains.GetGrain<IAlertGrain>(0);
        await cluster.Until(
            async () =>
            {
                // As a node does that is not ready: every few seconds.
                await alerts.NodeNotReady("other-node", GateRefusal.OtherVersion);
                return Heard("node_not_ready").Length == 1;
            },
            "told", 60);
        await cluster.Until(() => Heard("node_not_ready").Length == 2, "told that it is over", 60);
        await cluster.Advance(20);
        Assert.Equal(["opened node_not_ready node/other-node", "resolved node_not_ready node/other-node"], Heard("node_not_ready"));
    }

    [Fact]
    public async Task KeyThatEnds_UntilAnotherOneIsSet()
    {
        await using var cluster = await StartAsync();
        cluster.Verifier.Answer("polygon", VerifyStatus.Valid, v => v with { ExpiresAt = cluster.Clock.GetUtcNow().AddDays(4) });
        await cluster.Grains.GetGrain<IProviderGrain>("polygon").Verify(ControlPlaneCluster.Operator);
        await cluster.Until(() => Heard("key_expiring").Length == 1, "told", 120);
        Assert.Equal(AlertSeverity.Info, Severity("key_expiring"));
        await cluster.Advance(30);
        cluster.Verifier.Answer("polygon", VerifyStatus.Valid, v => v with { ExpiresAt = cluster.Clock.GetUtcNow().AddDays(90) });
        await cluster.Grains.GetGrain<IProviderGrain>("polygon").Verify(ControlPlaneCluster.Operator);
        await cluster.Until(() => Heard("key_expiring").Length == 2, "told that it is over", 120);
        Assert.Equal(["opened key_expiring integration/polygon", "resolved key_expiring integration/polygon"], Heard("key_expiring"));
    }
}
