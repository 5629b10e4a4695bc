using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Policy;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>What the record says about past moments, across outages and restarts.</summary>
public sealed class GateHistoryTests
{
    [Fact]
    public async Task History_AfterACrash_DoesNotReadAsOkForTheTimeInBetween()
    {
        var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        await cluster.Advance(2);
        var whileOk = cluster.Clock.GetUtcNow();
        Assert.Equal((true, SystemStatus.Ok), await At(cluster, whileOk));

        // Killed without ceremony, and away for an hour.
        var stores = cluster.Stores;
        var crashedAt = cluster.Clock.GetUtcNow();
        await using var next = await cluster.RestartAsync(c => c.Clock.SetUtcNow(crashedAt.AddHours(1)));
        await next.UntilOk();
        await next.Advance(1.5);

        Assert.Same(stores, next.Stores);
        Assert.Equal((true, SystemStatus.Ok), await At(next, whileOk));
        Assert.False((await At(next, crashedAt.AddSeconds(next.Gate.LeaseSeconds + 0.1))).Stood);
        Assert.False((await At(next, crashedAt.AddMinutes(59))).Stood);
        Assert.Equal((true, SystemStatus.Blocked), await At(next, crashedAt.AddHours(1).AddSeconds(0.1)));
        Assert.Equal((true, SystemStatus.Ok), await At(next, next.Clock.GetUtcNow()));
    }

    [Fact]
    public async Task History_WhileTheStoreWasLost_ReadsAsBlocked()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        await cluster.Advance(2);
        var lostAt = cluster.Clock.GetUtcNow();
        cluster.Stores.Failing = true;
        await cluster.UntilBlocked(cluster.Gate.LeaseSeconds + 0.5);
        await cluster.Advance(5);
        var restoredAt = cluster.Clock.GetUtcNow();
        cluster.Stores.Resume();
        await cluster.UntilOk();
        await cluster.Advance(1.5);

        // No lease from before the loss reaches further.
        for (var at = lostAt.AddSeconds(cluster.Gate.LeaseSeconds + 0.1); at < restoredAt; at = at.AddSeconds(0.25))
        {
            var (stood, status) = await At(cluster, at);
            Assert.True(!stood || status == SystemStatus.Blocked, $"{at - lostAt} after the store was lost");
        }

        Assert.Equal((true, SystemStatus.Ok), await At(cluster, cluster.Clock.GetUtcNow()));
    }

    [Fact]
    public async Task History_OfAnArming_HoldsLiveArmed()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        await cluster.Until(() => cluster.Node.Read().IsLive, "the gate answers");
        await cluster.System.ArmLive(TimeSpan.FromMinutes(5), "test", ControlPlaneCluster.Operator);
        await cluster.Advance(0.5);
        var now = cluster.Clock.GetUtcNow();
        var past = PastDecisionPolicy.Evaluate(await cluster.Stores.LastDecisionAsync(now, TestContext.Current.CancellationToken), await cluster.Stores.PresenceAsync(now, TestContext.Current.CancellationToken), now);
        Assert.True(past!.Decision.Live.Armed);
    }

    [Fact]
    public async Task History_OfAnOpeningWithUnknownOutcome_IsCorrected()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        await cluster.Advance(2);

        // The write goes through, but its answer is lost.
        cluster.Stores.LoseAnswers = true;
        cluster.SetAllKeys();
        await cluster.Until(() => cluster.Stores.Transitions.Any(t => t is { Subject: "system", To: "OK" }), "an opening is written", 20);
        cluster.Stores.LoseAnswers = false;
        var opening = cluster.Stores.Transitions.First(t => t is { Subject: "system", To: "OK" });
        await cluster.Until(() => cluster.Stores.Transitions.Any(t => t.At == opening.At.AddMicroseconds(1) && t is { Subject: "system", To: "BLOCKED", Decision: not null }), "it is corrected", 10);
    }

    private static async Task<(bool Stood, SystemStatus Status)> At(ControlPlaneCluster cluster, DateTimeOffset at)
    {
        var past = PastDecisionPolicy.Evaluate(await cluster.Stores.LastDecisionAsync(at, default), await cluster.Stores.PresenceAsync(at, default), at);
        Assert.NotNull(past);
        return (past.Stood, past.Decision.Status);
    }
}
