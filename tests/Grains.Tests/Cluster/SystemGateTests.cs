using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Verification;

namespace ControlPlane.Grains.Tests.Cluster;

public sealed class SystemGateTests
{
    [Fact]
    public async Task Start_WithoutSecrets_IsBlockedWithSixGates()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        await cluster.Until(() => cluster.Node.Read().Snapshot is { } s && s.Blockers.Count(b => b.Code == Codes.IntegrationKeyMissing) == 3 && s.Blockers.Length == 3, "three missing keys and nothing else");
        var snapshot = cluster.Node.Read().Snapshot!;
        Assert.Equal(SystemStatus.Blocked, snapshot.Status);
        Assert.Equal(GateNames.All, snapshot.Gates.Select(g => g.Gate));
        Assert.All(snapshot.Blockers, b => Assert.NotNull(b.SuggestedFix));
    }

    [Fact]
    public async Task Keys_SetWhileRunning_AreVerifiedByThemselvesAndOpenTheGates()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        await cluster.Advance(2);
        cluster.SetAllKeys();
        await cluster.UntilOk();
        Assert.Equal(TradingState.Active, cluster.Node.Check().TradingState);
        var opening = Assert.Single(cluster.Stores.Transitions, t => t is { Subject: "system", To: "OK" });
        Assert.NotNull(opening.TraceId);
        Assert.Single(cluster.Stores.Transitions, t => t is { Subject: "brokerConnected", To: "True" });
    }

    [Fact]
    public async Task Invalid_AfterOk_BlocksAtOnce()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync(c => c.Verify.MinIntervalSeconds = 0);
        cluster.SetAllKeys();
        await cluster.UntilOk();
        cluster.Verifier.Answer("polygon", VerifyStatus.Invalid);
        var answer = await cluster.Grains.GetGrain<IProviderGrain>("polygon").Verify(ControlPlaneCluster.Operator);
        Assert.Equal(VerifyStatus.Invalid, answer.Report!.Status);
        await cluster.UntilBlocked(1);
        Assert.Equal(Codes.IntegrationVerifyFailed, cluster.Node.Read().Snapshot!.Blockers[0].Code);
    }

    [Fact]
    public async Task Key_MendedAndVerified_OpensAsSoonAsItsGoodEvaluationsAreThere()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync(c =>
        {
            c.Verify.MinIntervalSeconds = 0;
            c.Gate.EvaluateEverySeconds = 1;
            c.Gate.OpenAfter = 10;
        });
        cluster.SetAllKeys();
        await cluster.UntilOk();

        // Longer than a new provider is looked at closely.
        await cluster.Advance(4);
        var polygon = cluster.Grains.GetGrain<IProviderGrain>("polygon");
        cluster.Verifier.Answer("polygon", VerifyStatus.Invalid);
        await polygon.Verify(ControlPlaneCluster.Operator);
        await cluster.UntilBlocked(1);
        cluster.Verifier.Answer("polygon", VerifyStatus.Valid);
        await polygon.Verify(ControlPlaneCluster.Operator);

        // Ten evaluations at their usual time would take nine seconds or more.
        await cluster.Until(() => cluster.Status() == SystemStatus.Ok, "system OK", 5);
    }

    [Fact]
    public async Task Inconclusive_DegradesTwice_AndBlocksTheThirdTime()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync(c => c.Verify.MinIntervalSeconds = 0);
        cluster.SetAllKeys();
        await cluster.UntilOk();
        cluster.Verifier.Answer("polygon", VerifyStatus.Inconclusive);
        var polygon = cluster.Grains.GetGrain<IProviderGrain>("polygon");
        for (var i = 0; i < 2; i++)
        {
            await polygon.Verify(ControlPlaneCluster.Operator);
            await cluster.Until(() => cluster.Status() == SystemStatus.Degraded, "degraded", 1);
            Assert.Equal(TradingState.Reducing, cluster.Node.Check().TradingState);
        }

        await polygon.Verify(ControlPlaneCluster.Operator);
        await cluster.UntilBlocked(1);
    }

    [Fact]
    public async Task Freshness_EndsWithoutAGoodVerify_Blocks()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync(c =>
        {
            c.Verify.MinIntervalSeconds = 0;
            c.Verify.FreshnessSeconds = 20;
            c.Gate.CloseAfterSoft = 100;
        });
        cluster.SetAllKeys();
        await cluster.UntilOk();
        cluster.Verifier.Answer("polygon", VerifyStatus.Inconclusive);
        await cluster.Until(() => cluster.Status() == SystemStatus.Degraded, "degraded", 15);
        await cluster.UntilBlocked(20);
        await cluster.Until(() => cluster.Node.Read().Snapshot!.Blockers[0].Code == Codes.IntegrationVerifyStale, "the reason is told", 1.5);
    }

    [Fact]
    public async Task Key_TakenAway_BlocksWithinASecond()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        cluster.Secrets.Set("POLYGON_API_KEY", null);
        await cluster.UntilBlocked(2);
    }

    [Fact]
    public async Task Key_Replaced_IsNotTrustedUntilVerifiedAgain()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        var held = cluster.Verifier.Hold("polygon");
        cluster.Secrets.Set("POLYGON_API_KEY", "another-key-for-the-test-0002");
        await cluster.UntilBlocked(2);
        Assert.Equal(Codes.IntegrationNeverVerified, cluster.Node.Read().Snapshot!.Blockers[0].Code);
        held.SetResult(new(VerifyStatus.Valid, 200, 1, null, "ok", null, null, []));
        await cluster.UntilOk();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Store_LostOrHanging_BlocksWithinTheLeaseAndHeals(bool hang)
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        if (hang) cluster.Stores.Hang();
        else cluster.Stores.Failing = true;
        await cluster.UntilBlocked(cluster.Gate.LeaseSeconds + 0.5);
        cluster.Stores.Resume();
        await cluster.UntilOk();
    }

    [Fact]
    public async Task Lease_TakenOverByAnotherActivation_ClosesAndStartsOverWithALargerEpoch()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        var epoch = cluster.Node.Read().Snapshot!.Epoch;
        cluster.Storage.WriteFromElsewhere("gate-lease");
        await cluster.UntilBlocked(2);
        await cluster.Until(() => cluster.Status() == SystemStatus.Ok && cluster.Node.Read().Snapshot!.Epoch > epoch, "open again under a larger epoch");
    }

    [Fact]
    public async Task Opening_ThatCannotBeWritten_IsNotPublished()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        await cluster.Advance(2);
        cluster.Stores.Failing = true;
        cluster.SetAllKeys();
        for (var i = 0; i < 60; i++)
        {
            await cluster.Advance(0.1);
            Assert.Equal(SystemStatus.Blocked, cluster.Status());
        }
    }

    [Fact]
    public async Task Restart_TrustsNothingUntilVerifiedAgain_AndDisarmsLive()
    {
        var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        Assert.True((await cluster.System.ArmLive(TimeSpan.FromMinutes(5), "test", ControlPlaneCluster.Operator)).Done);
        await cluster.Until(() => cluster.Node.Read().Snapshot!.Live.Armed, "armed", 2);
        var epoch = cluster.Node.Read().Snapshot!.Epoch;

        TaskCompletionSource<VerifyVerdict> held = null!;
        var next = await cluster.RestartAsync(c => held = c.Verifier.Hold("polygon"));
        await using var _ = next;
        await next.Until(() => next.Node.Read().IsLive, "the gate answers");
        await next.Advance(3);
        Assert.Equal(SystemStatus.Blocked, next.Status());
        Assert.False(next.Node.Read().Snapshot!.Live.Armed);
        Assert.True(next.Node.Read().Snapshot!.Epoch > epoch);
        Assert.NotNull((await next.Grains.GetGrain<IProviderGrain>("polygon").GetStatus())!.LastVerify);
        held.SetResult(new(VerifyStatus.Valid, 200, 1, null, "ok", null, null, []));
        await next.UntilOk();
    }

    [Fact]
    public async Task Live_EndsByItself()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        await cluster.Until(() => cluster.Node.Read().IsLive, "the gate answers");
        await cluster.System.ArmLive(TimeSpan.FromSeconds(3), "test", ControlPlaneCluster.Operator);
        await cluster.Until(() => cluster.Node.Read().Snapshot!.Live.Armed, "armed", 2);
        await cluster.Until(() => !cluster.Node.Read().Snapshot!.Live.Armed, "disarmed", 4);
        Assert.Contains(cluster.Stores.Transitions, t => t is { Subject: "live_trading", To: "disarmed" });
    }

    [Fact]
    public async Task Component_WithoutGrowingSequence_ProvesNothing()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        await cluster.Until(() => cluster.Node.Read().IsLive, "the gate answers");
        var progress = new ComponentProgress("supervisor", "x", 0, true, "m", false);
        var repeated = true;

        // The real supervisor may report between the two, and then "x" is another instance again; not five times in a row.
        for (var sequence = 1; repeated && sequence <= 5; sequence++)
        {
            progress = progress with { Sequence = sequence };
            Assert.True((await cluster.System.ReportProgress(progress)).Counted);
            repeated = (await cluster.System.ReportProgress(progress)).Counted;
        }

        Assert.False(repeated);
        Assert.False((await cluster.System.ReportProgress(progress with { Component = ComponentNames.RiskEngine, External = true })).Counted);
    }
}
