using ControlPlane.Testing;

namespace ControlPlane.Cluster.Tests.Faults;

/// <summary>A runner's process that the kernel stops, in a cluster: another one takes over, and the old lease passes nothing on any node.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class RunnerFaultTests
{
    [Fact]
    public Task RunnerFrozenPastItsLease_IsBlockedByEveryNodeWhenItWakes() => FreezeAsync(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4));

    [Fact(Explicit = true)]
    [Trait("Category", "Long")]
    public Task RunnerFrozenForThirtySeconds_IsBlockedByEveryNodeWhenItWakes() => FreezeAsync(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30));

    private static async Task FreezeAsync(TimeSpan lease, TimeSpan frozen)
    {
        await using var cluster = await ClusterFixture.StartAsync();
        (string, string)[] settings =
        [
            ("ControlPlane__Bots__LeaseSeconds", $"{lease.TotalSeconds}"), ("ControlPlane__Bots__StopBySeconds", $"{lease.TotalSeconds - 1}"), ("ControlPlane__Bots__RenewSeconds", "0.5"),
        ];
        var silos = new[] { await cluster.SiloAsync("silo-1", settings), await cluster.SiloAsync("silo-2", settings) };
        var fronts = new[] { await cluster.FrontEndAsync("front-1", settings), await cluster.FrontEndAsync("front-2", settings) };
        foreach (var front in fronts)
        {
            cluster.Recorder.Watch(front);
            await ClusterFixture.UntilOpenAsync(front);
        }

        await fronts[0].SendAsync(HttpMethod.Put, "/api/bots/momentum", new { name = "momentum", requires = new[] { "polygon", "oanda" } });
        await using var first = RunnerProcess.Start(fronts[0].Address!, ClusterFixture.OperatorToken, "momentum", "r1");
        await first.Until(l => l == "heartbeat CONTINUE", "the first runner works");
        await first.Until(l => l.StartsWith("permit true", StringComparison.Ordinal), "and is permitted");
        var epoch = StartedAs(first);
        var lost = $"momentum/{epoch}";
        foreach (var front in fronts) cluster.Recorder.WatchBot(front, "momentum", () => epoch);
        await first.SignalAsync("STOP");
        await ClusterFixture.Pass(TimeSpan.FromMilliseconds(250));
        var (stopped, known) = (cluster.Recorder.Now, first.Lines.Length);

        // The last heartbeat came before the stop, so from here the lease has its whole length to run at most.
        cluster.Fenced(lost, stopped + lease);
        await ClusterFixture.Pass(frozen);
        await using var second = RunnerProcess.Start(fronts[1].Address!, ClusterFixture.OperatorToken, "momentum", "r2");
        await second.Until(l => l == "heartbeat CONTINUE", "another one takes over");
        Assert.True(StartedAs(second) > epoch, "The second runner has no later epoch.");
        await first.SignalAsync("CONT");
        var fenced = await first.Until(l => l.StartsWith("fenced", StringComparison.Ordinal), "the first runner is fenced", known);
        Assert.StartsWith("fenced LEASE_FENCED", fenced, StringComparison.Ordinal);

        // An answer may have been on its way when it was stopped; everything that it asked afterwards was refused.
        var after = first.Lines[known..].Where(l => l.StartsWith("permit", StringComparison.Ordinal)).ToArray();
        Assert.Equal("permit false order false", after[^1]);
        Assert.DoesNotContain(after.Skip(1), l => l.Contains("true", StringComparison.Ordinal));
        Assert.All(silos, silo => Assert.True(silo.Runs));
        await cluster.AssertPromisesAsync(fronts[0]);
        Assert.Contains(cluster.Recorder.Sightings, s => s.Bot == lost && s.Open);
        Assert.Contains(cluster.Recorder.Sightings, s => s.Bot == lost && !s.Open);
    }

    private static long StartedAs(RunnerProcess runner) =>
        long.Parse(runner.Lines.First(l => l.StartsWith("started ", StringComparison.Ordinal))["started ".Length..], System.Globalization.CultureInfo.InvariantCulture);
}
