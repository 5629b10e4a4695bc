using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Alerts;
using ControlPlane.Grains.Tests.Cluster;

namespace ControlPlane.Grains.Tests.Alerts;

/// <summary>From a real cause in a real silo to what a channel hears.</summary>
public sealed class AlertGrainTests
{
    private readonly ScriptedReceiver _receiver = new();

    private Task<ControlPlaneCluster> StartAsync(Action<AlertOptions>? change = null, QuietHours? quiet = null, params string[] channels) => ControlPlaneCluster.StartAsync(c =>
    {
        c.Verify.MinIntervalSeconds = 0;
        c.AlertChannel = _receiver;
        c.Alerts = ScriptedReceiver.Settings(change, quiet, channels.Length == 0 ? ["phone"] : channels);
        c.SetAllKeys();
    });

    private static IAlertGrain Alerts(ControlPlaneCluster cluster) => cluster.Grains.GetGrain<IAlertGrain>(0);

    /// <summary>Some answers wait for a time that only the test moves.</summary>
    private static async Task<T> Moving<T>(ControlPlaneCluster cluster, Task<T> call)
    {
        await cluster.Until(() => call.IsCompleted, "the answer");
        return await call;
    }

    private static async Task KillAsync(ControlPlaneCluster cluster) => Assert.True((await Moving(cluster, cluster.System.Kill("drill", ControlPlaneCluster.Operator))).Engaged);

    [Fact]
    public async Task Kill_IsToldOnceAndItsReleaseOnce()
    {
        await using var cluster = await StartAsync();
        await cluster.UntilOk();
        await KillAsync(cluster);
        await cluster.Until(() => _receiver.Heard("phone").Length == 1, "told of the kill", 5);
        await cluster.Advance(20);
        await Moving(cluster, cluster.Grains.GetGrain<ISystemAdminGrain>(0).Release("done", ControlPlaneCluster.Operator));
        await cluster.Until(() => _receiver.Heard("phone").Length == 2, "told of the release", 5);
        await cluster.Advance(20);
        Assert.Equal(["opened kill_engaged system", "resolved kill_engaged system"], _receiver.Heard("phone"));
    }

    [Fact]
    public async Task DeadFeed_IsToldOnceAfterItsHold_AndOnceWhenItIsOver()
    {
        await using var cluster = await StartAsync();
        await cluster.UntilOk();
        var polygon = cluster.Grains.GetGrain<IProviderGrain>("polygon");
        cluster.Verifier.Answer("polygon", VerifyStatus.Inconclusive);
        for (var i = 0; i < 3; i++) await polygon.Verify(ControlPlaneCluster.Operator);
        await cluster.UntilBlocked(2);
        await cluster.Until(() => _receiver.Heard("phone").Length == 1, "told", 10);
        await cluster.Advance(20);
        cluster.Verifier.Answer("polygon", VerifyStatus.Valid);
        await polygon.Verify(ControlPlaneCluster.Operator);
        await cluster.UntilOk();
        await cluster.Until(() => _receiver.Heard("phone").Length == 2, "told that it is over", 10);
        await cluster.Advance(10);
        Assert.Equal(["opened system_blocked system", "resolved system_blocked system"], _receiver.Heard("phone"));
    }

    [Fact]
    public async Task RevokedKey_IsToldAsItself()
    {
        await using var cluster = await StartAsync();
        await cluster.UntilOk();
        cluster.Verifier.Answer("polygon", VerifyStatus.Invalid);
        await cluster.Grains.GetGrain<IProviderGrain>("polygon").Verify(ControlPlaneCluster.Operator);
        await cluster.Until(() => _receiver.Heard("phone").Length == 1, "told", 10);
        await cluster.Advance(10);
        Assert.Equal(["opened key_refused integration/polygon"], _receiver.Heard("phone"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Store_LostOrHanging_IsToldAllTheSame_AndOnceWhenItIsBack(bool hang)
    {
        await using var cluster = await StartAsync();
        await cluster.UntilOk();
        if (hang) cluster.Stores.Hang();
        else cluster.Stores.Failing = true;
        await cluster.Until(() => _receiver.Heard("phone").Length >= 1, "told without a store", 20);
        cluster.Stores.Resume();
        await cluster.UntilOk();
        await cluster.Until(() => _receiver.Heard("phone").Length >= 2, "told that it is back", 20);
        await cluster.Advance(10);
        Assert.Equal(["opened store_trouble system", "resolved store_trouble system"], _receiver.Heard("phone"));

        // What could not be written then is written now.
        var page = await Alerts(cluster).List(AlertFilter.Resolved, 10, null);
        Assert.Equal(AlertKinds.StoreTrouble, Assert.Single(page.Items).Alert.Kind);
        Assert.All(page.Items[0].Notices, n => Assert.Equal(AlertNoticeStatus.Delivered, n.Status));
    }

    [Fact]
    public async Task Channel_ThatFails_DegradesUntilSomethingArrives_AndHoldsUpNoOther()
    {
        await using var cluster = await StartAsync(channels: ["phone", "chat"]);
        _receiver.Failing["phone"] = "server_error";
        await cluster.UntilOk();
        await KillAsync(cluster);
        await cluster.Until(() => _receiver.Heard("chat").Length == 1, "the other channel is told", 5);
        await cluster.Until(() => cluster.Node.Read().Snapshot!.Blockers.Any(b => b.Code == Codes.AlertsUndelivered), "degraded by it", 5);
        var blocker = cluster.Node.Read().Snapshot!.Blockers.Single(b => b.Code == Codes.AlertsUndelivered);
        Assert.Equal(Severity.Degraded, blocker.Severity);
        Assert.Contains("phone", blocker.Message, StringComparison.Ordinal);
        _receiver.Failing.Clear();
        await cluster.Until(() => _receiver.Heard("phone").Length == 1, "arrived at last", 60);
        await cluster.Until(() => cluster.Node.Read().Snapshot!.Blockers.All(b => b.Code != Codes.AlertsUndelivered), "degraded no more", 5);
    }

    [Fact]
    public async Task Test_GoesTheWholeWay_AndSettlesWhetherTheChannelWorks()
    {
        await using var cluster = await StartAsync();
        await cluster.UntilOk();
        _receiver.Failing["phone"] = "refused";
        var failed = await Alerts(cluster).Test("phone", ControlPlaneCluster.Operator);
        Assert.Equal((AlertNoticeStatus.Failed, "refused"), (failed.Notices[0].Status, failed.Notices[0].ErrorCode));
        await cluster.Until(() => cluster.Status() == SystemStatus.Degraded, "degraded by a failed test", 5);
        _receiver.Failing.Clear();
        Assert.Equal(AlertNoticeStatus.Delivered, (await Alerts(cluster).Test(null, ControlPlaneCluster.Operator)).Notices[0].Status);
        await cluster.UntilOk();
        Assert.Equal(Codes.InvalidRequest, (await Alerts(cluster).Test("pager", ControlPlaneCluster.Operator)).Code);
        Assert.Equal(Codes.Forbidden, (await Alerts(cluster).Test("phone", ControlPlaneCluster.Runner)).Code);
        Assert.Contains(cluster.Stores.Audit, e => e.Fact is { Action: "alert.test", Outcome: "done" });
    }

    [Fact]
    public async Task Acknowledged_IsToldAndKept_AndOnlyAnOperatorMay()
    {
        await using var cluster = await StartAsync(o => o.RepeatSeconds = 30);
        await cluster.UntilOk();
        await KillAsync(cluster);
        await cluster.Until(() => _receiver.Heard("phone").Length == 1, "told", 5);
        var id = (await Alerts(cluster).List(AlertFilter.Open, 10, null)).Items.Single().Alert.AlertId;
        Assert.Equal(Codes.Forbidden, (await Alerts(cluster).Acknowledge(id, "mine", ControlPlaneCluster.Runner)).Code);
        Assert.Equal("operator", (await Alerts(cluster).Acknowledge(id, "mine", ControlPlaneCluster.Operator)).Alert!.Alert.AcknowledgedBy);
        Assert.NotNull((await Alerts(cluster).Acknowledge(id, "again", ControlPlaneCluster.Operator)).Alert);
        Assert.Equal(Codes.InvalidRequest, (await Alerts(cluster).Acknowledge(Guid.NewGuid().ToString("N"), "what", ControlPlaneCluster.Operator)).Code);
        await cluster.Advance(70);
        Assert.Equal(["opened kill_engaged system", "acknowledged kill_engaged system"], _receiver.Heard("phone"));
        Assert.Contains(cluster.Stores.Audit, e => e.Fact is { Action: "alert.ack", Outcome: "done" });
    }

    [Fact]
    public async Task Restart_BetweenDecisionAndDelivery_TellsItAllTheSame_UnderTheSameId()
    {
        var cluster = await StartAsync();
        _receiver.Failing["phone"] = "timeout";
        await cluster.UntilOk();
        await KillAsync(cluster);
        await cluster.Until(() => _receiver.Attempts >= 1, "tried", 5);
        var id = (await Alerts(cluster).List(AlertFilter.Open, 10, null)).Items.Single().Alert.AlertId;
        await cluster.Advance(1);
        _receiver.Failing.Clear();
        var settings = cluster.Alerts;
        var next = await cluster.RestartAsync(c =>
        {
            c.AlertChannel = _receiver;
            c.Alerts = settings;
        });
        await using var _ = next;
        await next.Until(() => _receiver.Heard("phone").Length >= 1, "told by the next process", 60);
        await next.Until(() => next.Node.Read().IsLive, "the gate answers");
        await Moving(next, next.Grains.GetGrain<ISystemAdminGrain>(0).Release("done", ControlPlaneCluster.Operator));
        await next.Until(() => _receiver.Heard("phone").Contains("resolved kill_engaged system"), "told that it is over", 30);
        Assert.All(_receiver.Arrived.Where(a => a.Message.Alert.Kind == AlertKinds.KillEngaged), a => Assert.Equal(id, a.Message.Alert.AlertId));
    }

    [Fact]
    public async Task Channels_ThatHang_HoldUpNeitherGateNorKillNorTheOthers()
    {
        var names = Enumerable.Range(0, 10).Select(i => $"hang{i}").Append("phone").ToArray();
        await using var cluster = await StartAsync(channels: names);
        foreach (var name in names.SkipLast(1)) _receiver.Hanging[name] = true;
        await cluster.UntilOk();
        await KillAsync(cluster);
        await cluster.Until(() => _receiver.Heard("phone").Length == 1, "the one that works is told", 5);
        Assert.Equal(SystemStatus.Blocked, cluster.Status());
        await cluster.Until(() => cluster.Node.Read().Snapshot!.Blockers.Any(b => b.Code == Codes.AlertsUndelivered && b.Message.Contains("hang9 (timeout)", StringComparison.Ordinal)), "each is known to hang", 20);
    }

    [Fact]
    public async Task Idle_ChannelIsTestedOnceADay()
    {
        await using var cluster = await StartAsync(o => o.TestEverySeconds = 3_600);
        await cluster.Until(() => _receiver.Arrived.Count(a => a.Message.Event == AlertEvent.Test) == 1, "tested at first", 10);
        await cluster.Advance(20);
        Assert.Single(_receiver.Arrived, a => a.Message.Event == AlertEvent.Test);
        cluster.Clock.Advance(TimeSpan.FromHours(1));
        await cluster.Until(() => _receiver.Arrived.Count(a => a.Message.Event == AlertEvent.Test) == 2, "tested again", 10);
    }

    [Fact]
    public async Task Channel_WhoseTestFailed_IsTestedAgainSoon_AndComesBackByItself()
    {
        _receiver.Failing["phone"] = "server_error";
        await using var cluster = await StartAsync(o => o.TestEverySeconds = 86_400);
        await cluster.Until(() => cluster.Node.Read().Snapshot?.Blockers.Any(b => b.Code == Codes.AlertsUndelivered) == true, "degraded by the test", 60);
        var attempts = _receiver.Attempts;
        await cluster.Advance(20);
        Assert.Equal(attempts, _receiver.Attempts);

        _receiver.Failing.Clear();
        cluster.Clock.Advance(TimeSpan.FromMinutes(15));
        await cluster.Until(() => _receiver.Arrived.Any(a => a.Message.Event == AlertEvent.Test), "tested again", 30);
        await cluster.Until(() => cluster.Node.Read().Snapshot!.Blockers.All(b => b.Code != Codes.AlertsUndelivered), "degraded no more", 60);
    }

    /// <summary>Every delivery is use, and a use has a provider.</summary>
    [Fact]
    public void Kinds_OfChannels_AreProvidersOfTheCatalogue()
    {
        var catalogue = ControlPlane.Grains.Integrations.Catalogue.CatalogueLoader.Load(userPath: null);
        Assert.All(AlertChannelRules.Kinds, kind => Assert.NotNull(catalogue.Find(kind)));
    }

    [Theory]
    [InlineData("discord")]
    [InlineData("webhook")]
    [InlineData("ntfy")]
    [InlineData("smtp")]
    public async Task Delivery_IsUseOfItsProviderByTheAlerts(string kind)
    {
        await using var cluster = await ControlPlaneCluster.StartAsync(c =>
        {
            c.AlertChannel = _receiver;
            c.MoreProviders = [kind];
            c.Alerts = ScriptedReceiver.Settings();
            c.Alerts = c.Alerts with
            {
                Channels = c.Alerts.Channels.Add("chat", new AlertChannelOptions { Kind = kind, Url = new Uri("https://chat.example/"), SecretVariable = "X", To = "1" }),
                Routes = AlertRouteTable.Everything(["chat"]),
            };
        });
        await cluster.Until(() => cluster.Node.Read().IsLive, "the gate answers");
        await KillAsync(cluster);
        await cluster.Until(() => _receiver.Heard("chat").Length >= 1, "told", 5);
        await cluster.Until(
            async () => (await ((ControlPlane.Grains.Usage.IUsageEventStore)cluster.Stores).PageAsync(kind, 10, null, CancellationToken.None)).Items is [{ BotId: "control-plane-alerts", Operation: "alert opened", Status: UsageStatus.Ok }, ..],
            "recorded as use", 10);
    }

    [Fact]
    public async Task Live_ArmedAndEnded_IsTold()
    {
        await using var cluster = await StartAsync();
        await cluster.UntilOk();
        Assert.True((await cluster.Grains.GetGrain<ISystemAdminGrain>(0).ArmLive(TimeSpan.FromMinutes(5), "test", ControlPlaneCluster.Operator)).Done);
        await cluster.Until(() => _receiver.Heard("phone").Length == 1, "told", 5);
        await Moving(cluster, cluster.System.DisarmLive("done", ControlPlaneCluster.Operator));
        await cluster.Until(() => _receiver.Heard("phone").Length == 2, "told that it ended", 5);
        Assert.Equal(["opened live_armed system", "resolved live_armed system"], _receiver.Heard("phone"));
    }

    [Fact]
    public async Task Audit_Changed_IsTold()
    {
        await using var cluster = await StartAsync();
        await cluster.UntilOk();
        await Moving(cluster, cluster.System.DisarmLive("an entry", ControlPlaneCluster.Operator));
        await cluster.Grains.GetGrain<ISystemAdminGrain>(0).ArmLive(TimeSpan.FromMinutes(1), "another entry", ControlPlaneCluster.Operator);
        await cluster.Until(() => cluster.Stores.Audit.Count >= 2, "entries", 10);
        cluster.Stores.Audit[0] = cluster.Stores.Audit[0] with { Hash = new string('0', 64) };
        await cluster.Until(() => _receiver.Heard("phone").Contains("opened audit_broken audit"), "told", 30);
    }
}
