using System.Diagnostics;

namespace ControlPlane.Cluster.Tests.Faults;

/// <summary>The same faults for longer. Left out of an ordinary run; to run them: <c>dotnet run --project tests/Cluster.Tests -- --explicit only</c>.</summary>
[Trait("Category", "Long")]
[Collection(nameof(ClusterFixture))]
public sealed class LongFaultTests
{
    [Fact(Explicit = true)]
    public async Task RandomSiloKilledEveryFiveSeconds_UnderLoad()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        var silos = new[] { await cluster.SiloAsync("silo-1"), await cluster.SiloAsync("silo-2"), await cluster.SiloAsync("silo-3") };
        var front = await cluster.FrontEndAsync("front");
        cluster.Recorder.Watch(front);
        cluster.Recorder.WatchHub(front);
        await ClusterFixture.UntilOpenAsync(front);
        await using var load = new UsageLoad(front);
        await using var runner = await RunnerLoop.StartAsync(cluster, "momentum", front);
        await runner.UntilActsAsync();
        for (var round = 0; round < 12; round++)
        {
            var silo = silos[Random.Shared.Next(silos.Length)];
            await silo.KillAsync();
            await ClusterFixture.Pass(TimeSpan.FromSeconds(5));
            await silo.StartAsync();
        }

        await ClusterFixture.UntilOpenAsync(front);
        await runner.UntilActsAsync();
        await load.AssertEveryEventExistsOnceAsync();
        await cluster.AssertPromisesAsync(front);
    }

    [Fact(Explicit = true)]
    public async Task SiloFrozenForThirtySeconds_IsClosedWhenItWakes()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        var (awake, frozen) = (await cluster.AllInOneAsync("awake"), await cluster.AllInOneAsync("frozen"));
        cluster.Recorder.Watch(awake);
        cluster.Recorder.Watch(frozen);
        await ClusterFixture.UntilOpenAsync(frozen);
        await ClusterFixture.UntilOpenAsync(awake);
        frozen.Freeze();
        await ClusterFixture.Pass(TimeSpan.FromSeconds(30));
        await ClusterFixture.UntilOpenAsync(awake);
        var woke = cluster.Recorder.Now;
        frozen.Thaw();
        var first = await frozen.StatusAsync();
        Assert.False(first.Open, "It opened with what it had from before it slept.");
        await ClusterFixture.UntilOpenAsync(awake);
        await cluster.AssertPromisesAsync(awake);
        Assert.True(cluster.Recorder.Now > woke);
    }

    [Fact(Explicit = true)]
    public async Task BusyMachine_NoSiloIsThrownOut()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        var silos = new[] { await cluster.SiloAsync("silo-1"), await cluster.SiloAsync("silo-2") };
        var front = await cluster.FrontEndAsync("front");
        cluster.Recorder.Watch(front);
        await ClusterFixture.UntilOpenAsync(front);
        var epoch = (await front.StatusAsync()).Epoch;
        var minutes = double.Parse(Environment.GetEnvironmentVariable("CONTROLPLANE_TESTS_BUSY_MINUTES") ?? "10", System.Globalization.CultureInfo.InvariantCulture);
        var burners = Enumerable.Range(0, Environment.ProcessorCount * 2).Select(_ => Process.Start("sh", ["-c", "while :; do :; done"])).ToArray();
        try
        {
            // Every ten seconds a silo stands still, as in a long collection of its garbage.
            for (var (clock, turn) = (Stopwatch.StartNew(), 0); clock.Elapsed < TimeSpan.FromMinutes(minutes); turn++)
            {
                await ClusterFixture.Pass(TimeSpan.FromSeconds(10));
                silos[turn % 2].Freeze();
                await ClusterFixture.Pass(TimeSpan.FromMilliseconds(800));
                silos[turn % 2].Thaw();
            }

            Assert.All(silos, silo => Assert.True(silo.Runs, silo.Output));
            await ClusterFixture.UntilAsync(front, s => s.ValidForMs > 0, "the gate answers");
            Assert.Equal(epoch, (await front.StatusAsync()).Epoch);
        }
        finally
        {
            foreach (var burner in burners)
            {
                burner.Kill();
                burner.Dispose();
            }
        }

        await cluster.AssertPromisesAsync(front);
    }
}
