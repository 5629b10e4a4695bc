namespace ControlPlane.Cluster.Tests.Faults;

/// <summary>Two silos, two front ends: any process may die, freeze or leave, and nothing is ever open that should not be.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class ProcessFaultTests
{
    [Fact]
    public async Task AnyProcessKilled_NothingOpensWronglyAndEverythingComesBack()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        var silos = new[] { await cluster.SiloAsync("silo-1"), await cluster.SiloAsync("silo-2") };
        var (first, second) = (await cluster.FrontEndAsync("front-1"), await cluster.FrontEndAsync("front-2"));
        foreach (var front in new[] { first, second })
        {
            cluster.Recorder.Watch(front);
            cluster.Recorder.WatchHub(front);
            await ClusterFixture.UntilOpenAsync(front);
        }

        await using var load = new UsageLoad(first, second);
        await using var runner = await RunnerLoop.StartAsync(cluster, "momentum", first, second);
        await runner.UntilActsAsync();

        // One of the two hosts the gate, so one of these kills takes it.
        var epoch = (await first.StatusAsync()).Epoch;
        foreach (var silo in silos)
        {
            await silo.KillAsync();
            await ClusterFixture.UntilAsync(first, s => s.ValidForMs > 0 && s.Version > 0, "the gate answers");
            await silo.StartAsync();
            await ClusterFixture.UntilOpenAsync(first);
            await ClusterFixture.UntilOpenAsync(second);
            await runner.UntilActsAsync();
        }

        Assert.True((await first.StatusAsync()).Epoch > epoch, "No kill took the gate.");
        foreach (var (front, left) in new[] { (second, first), (first, second) })
        {
            await front.KillAsync();
            await runner.UntilActsAsync();
            Assert.True((await left.StatusAsync()).Open, "A front end's death is nothing to the other one.");
            await front.StartAsync();
            await ClusterFixture.UntilOpenAsync(front);
        }

        // A kill that has answered holds on every front end, through the death of a silo.
        var killed = await first.SendAsync(HttpMethod.Post, "/api/system/kill", new { reason = "drill" });
        Assert.Equal((200, true), (killed["http_status"]!.GetValue<int>(), killed["durable"]!.GetValue<bool>()));
        await cluster.ClosedWhile("a kill has answered", async () =>
        {
            await silos[0].KillAsync();
            await silos[0].StartAsync();
            await ClusterFixture.UntilAsync(second, s => s.ValidForMs > 0, "the gate answers");
        });
        await second.SendAsync(HttpMethod.Post, "/api/system/release", new { reason = "drill" });
        await ClusterFixture.UntilOpenAsync(first);
        await runner.UntilActsAsync();
        await load.AssertEveryEventExistsOnceAsync();
        await cluster.AssertPromisesAsync(first);
        foreach (var front in new[] { first, second }) Assert.Contains(cluster.Recorder.Sightings, s => s.Open && s.Node == $"{front.Name} hub");
    }

    [Fact]
    public async Task FrozenNode_IsClosedWhenItWakes_UntilItHasNewProof()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        var (awake, frozen) = (await cluster.AllInOneAsync("awake"), await cluster.AllInOneAsync("frozen"));
        cluster.Recorder.Watch(awake);
        cluster.Recorder.Watch(frozen);
        await ClusterFixture.UntilOpenAsync(awake);
        await ClusterFixture.UntilOpenAsync(frozen);
        frozen.Freeze();
        await ClusterFixture.Pass(ClusterFixture.Lease + TimeSpan.FromSeconds(1));

        // What the others need it for closes while it sleeps, so whatever it has kept is history when it wakes.
        cluster.Revoke("polygon");
        await awake.SendAsync(HttpMethod.Post, "/api/integrations/verify", new { provider = "polygon" });
        await ClusterFixture.UntilAsync(awake, s => !s.Open && s.ValidForMs > 0, "closed");
        await cluster.ClosedWhile("the key is revoked, and that is known", async () =>
        {
            frozen.Thaw();
            await ClusterFixture.Pass(TimeSpan.FromSeconds(2));
        });
        cluster.Restore("polygon");
        await awake.SendAsync(HttpMethod.Post, "/api/integrations/verify", new { provider = "polygon" });
        await ClusterFixture.UntilOpenAsync(awake);
        await cluster.AssertPromisesAsync(awake);
    }

    [Fact]
    public async Task Terminated_SiloHandsItsGateOverWithinFiveSeconds()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        var silos = new[] { await cluster.SiloAsync("silo-1"), await cluster.SiloAsync("silo-2") };
        var front = await cluster.FrontEndAsync("front");
        cluster.Recorder.Watch(front);
        await ClusterFixture.UntilOpenAsync(front);
        foreach (var silo in silos)
        {
            var (exitCode, took) = await silo.TerminateAsync();
            Assert.Equal(0, exitCode);

            // The promise is five seconds; a busy machine gets as many again.
            Assert.True(took < TimeSpan.FromSeconds(10), $"{silo.Name} took {took}.\n{silo.Output}");
            await silo.StartAsync();
            await ClusterFixture.UntilOpenAsync(front);
        }

        await cluster.AssertPromisesAsync(front);
    }

    [Fact]
    public async Task WholeClusterKilled_KillIsStillEngagedAndNothingCountsAsVerified()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        var silo = await cluster.SiloAsync("silo");
        var front = await cluster.FrontEndAsync("front");
        cluster.Recorder.Watch(front);
        await ClusterFixture.UntilOpenAsync(front);
        await front.SendAsync(HttpMethod.Post, "/api/system/live/arm", new { minutes = 5, reason = "drill" });
        await front.SendAsync(HttpMethod.Post, "/api/system/kill", new { reason = "drill" });
        await cluster.ClosedWhile("a kill has answered", async () =>
        {
            await silo.KillAsync();
            await ClusterFixture.UntilAsync(front, s => s.ValidForMs == 0, "the front end has lost the gate");
            Assert.Contains((await front.StatusAsync()).Body["blockers"]!.AsArray(), b => b!["code"]!.GetValue<string>() is "CONTROL_PLANE_UNREACHABLE" or "GATE_LEASE_EXPIRED");
            await silo.StartAsync();
            await ClusterFixture.UntilAsync(front, s => s.ValidForMs > 0, "the gate answers");
        });
        var status = (await front.StatusAsync()).Body;
        Assert.Equal((true, false), (status["kill_switch"]!["engaged"]!.GetValue<bool>(), status["live_trading"]!["armed"]!.GetValue<bool>()));
        await front.SendAsync(HttpMethod.Post, "/api/system/release", new { reason = "drill" });
        await ClusterFixture.UntilOpenAsync(front);
        await cluster.AssertPromisesAsync(front);
    }
}
