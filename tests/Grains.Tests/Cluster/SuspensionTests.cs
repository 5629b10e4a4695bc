using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>A host that slept: the monotonic clock stood still, and what was proven before it counts no more.</summary>
public sealed class SuspensionTests
{
    [Fact]
    public async Task Suspension_OfAnOpenSystem_ClosesAtTheFirstLookAndOpensOnceEachProviderIsVerifiedAgain()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        Assert.True((await cluster.System.ArmLive(TimeSpan.FromHours(1), "drill", ControlPlaneCluster.Operator)).Done);
        var before = new[] { "polygon", "oanda", "openai" }.ToDictionary(p => p, cluster.Verifier.CallsOf);
        var held = cluster.Verifier.Hold("polygon");

        cluster.HostClock.Slept += TimeSpan.FromHours(8);
        Assert.False(cluster.Node.Read().IsLive);
        await cluster.Until(() => before.All(p => cluster.Verifier.CallsOf(p.Key) == p.Value + 1), "each provider is asked once", 5);
        await cluster.Advance(6);

        // Polygon's key was revoked while the host slept, for all that anybody knows.
        Assert.Equal(SystemStatus.Blocked, cluster.Status());
        Assert.False(cluster.Node.Read().Snapshot!.Live.Armed);
        Assert.All(before, p => Assert.Equal(p.Value + 1, cluster.Verifier.CallsOf(p.Key)));
        held.SetResult(new(VerifyStatus.Valid, 200, 1, null, "ok", null, null, []));
        await cluster.UntilOk();
    }

    [Fact]
    public async Task Suspension_StandsAsABlockerForALease()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        cluster.HostClock.Slept += TimeSpan.FromMinutes(1);
        await cluster.Advance(1);
        Assert.Contains(cluster.Node.Read().Snapshot!.Blockers, b => b.Code == Codes.HostSuspended);
        Assert.Contains(cluster.Node.Read().Snapshot!.PathToOk, s => s.Action == "wait");
        await cluster.UntilOk();
        Assert.DoesNotContain(cluster.Node.Read().Snapshot!.Blockers, b => b.Code == Codes.HostSuspended);
    }

    [Fact]
    public async Task Suspension_ARunnerThatProvesItselfAnew_IsNotFenced()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        var bot = cluster.Grains.GetGrain<IBotGrain>("b1");
        await bot.Register(new BotRegistration("b1", "u1", ["polygon"], TradingMode.Paper, null), ControlPlaneCluster.Operator);
        var lease = await bot.Start("r1", null, ControlPlaneCluster.Runner);
        Assert.True(lease.Granted);
        Assert.Equal(Directive.Continue, (await bot.Heartbeat("r1", lease.Epoch, ControlPlaneCluster.Runner)).Directive);
        cluster.HostClock.Slept += TimeSpan.FromHours(8);
        var woken = await bot.Heartbeat("r1", lease.Epoch, ControlPlaneCluster.Runner);
        Assert.Equal((null, Directive.Halt), (woken.Code, woken.Directive));
        Assert.Equal(Codes.HostSuspended, (await bot.Start("r1", null, ControlPlaneCluster.Runner)).Code);
        await cluster.UntilOk();
        Assert.Equal(Directive.Continue, (await bot.Heartbeat("r1", lease.Epoch, ControlPlaneCluster.Runner)).Directive);
    }

    [Fact]
    public async Task Suspension_ARetryAfterOfTheProvider_IsKept()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync(c => c.Verify.MinIntervalSeconds = 0);
        cluster.Verifier.Answer("polygon", VerifyStatus.Valid, TimeSpan.FromSeconds(45));
        cluster.SetAllKeys();
        await cluster.UntilOk();
        var calls = cluster.Verifier.CallsOf("polygon");
        cluster.HostClock.Slept += TimeSpan.FromHours(1);
        await cluster.Advance(30);
        Assert.Equal(calls, cluster.Verifier.CallsOf("polygon"));
        Assert.Equal(SystemStatus.Blocked, cluster.Status());
        await cluster.UntilOk();
    }

    [Fact]
    public async Task WallClock_SetBack_ClosesNothingAndVerifiesNothing()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        var calls = cluster.Verifier.CallsOf("polygon");
        cluster.HostClock.WallAhead = TimeSpan.FromHours(-24);
        for (var i = 0; i < 20; i++)
        {
            await cluster.Advance(0.1);
            Assert.Equal(SystemStatus.Ok, cluster.Status());
        }

        Assert.Equal(calls, cluster.Verifier.CallsOf("polygon"));
    }
}
