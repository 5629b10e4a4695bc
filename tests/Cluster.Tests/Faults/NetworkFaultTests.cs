using ControlPlane.Cluster.Tests.Faults.Links;

namespace ControlPlane.Cluster.Tests.Faults;

/// <summary>A node that loses the database, the other nodes, or a share of everything it sends: its side closes within the lease, and no other
/// activation of the gate opens anything beside the one that is left.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class NetworkFaultTests
{
    [Fact]
    public async Task GateCutOffFromTheDatabase_EverythingClosesWithinTheLease_AndComesBack()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        var links = new[] { cluster.Links(out var left), cluster.Links(out var right) };
        var nodes = new[] { await cluster.AllInOneAsync("left", left), await cluster.AllInOneAsync("right", right) };
        foreach (var node in nodes)
        {
            await ClusterFixture.UntilOpenAsync(node);
            cluster.Recorder.Watch(node);
        }

        await using var runner = await RunnerLoop.StartAsync(cluster, "momentum", nodes);
        await runner.UntilActsAsync();
        foreach (var ways in new[] { Ways.Both, Ways.Out, Ways.Back })
        {
            // The gate may leave the node that lost the database, and is then found on the other one. A gate that was left there logs its last changes after that.
            var holder = nodes.MaxBy(n => n.LastLine("The gate is active with epoch"), StringComparer.Ordinal)!;
            var epoch = (await holder.StatusAsync()).Epoch;
            await cluster.ClosedWhile($"the gate is cut off from its store ({ways})", CutAsync, ClusterFixture.Lease, epoch: epoch);
            foreach (var link in links) link.Heal();
            foreach (var node in nodes) await ClusterFixture.UntilOpenAsync(node);
            await runner.UntilActsAsync();

            async Task CutAsync()
            {
                links[Array.IndexOf(nodes, holder)].Database.Cut(ways);
                foreach (var node in nodes) await ClusterFixture.UntilAsync(node, s => !s.Open || s.Epoch > epoch, $"closed without a store ({ways})");
                await ClusterFixture.Pass(ClusterFixture.Lease);
            }
        }

        await cluster.AssertPromisesAsync(nodes[0]);
    }

    [Fact]
    public Task SilosCutOffFromEachOther_TheFarSideClosesWithinTheLease_AndOneGateIsLeft() => SilosCutOffFromEachOther(Ways.Both);

    [Theory(Explicit = true)]
    [Trait("Category", "Long")]
    [InlineData(nameof(Ways.Out))]
    [InlineData(nameof(Ways.Back))]
    public Task SilosCutOffFromEachOtherOneWay_TheFarSideClosesWithinTheLease_AndOneGateIsLeft(string ways) => SilosCutOffFromEachOther(Enum.Parse<Ways>(ways));

    [Fact]
    public async Task FrontEndCutOffFromItsSilo_ClosesWithinTheLease()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        var links = cluster.Links(out var paths);
        var silo = await cluster.AllInOneAsync("silo", paths);
        var front = await cluster.FrontEndAsync("front");
        cluster.Recorder.Watch(silo);
        cluster.Recorder.Watch(front);
        cluster.Recorder.WatchHub(front);
        foreach (var ways in new[] { Ways.Both, Ways.Out, Ways.Back })
        {
            await ClusterFixture.UntilOpenAsync(silo);
            await ClusterFixture.UntilOpenAsync(front);
            await cluster.ClosedWhile($"the front end is cut off ({ways})", CutAsync, ClusterFixture.Lease, front);
            Assert.True((await silo.StatusAsync()).Open, "The silo has lost nothing.");
            links.Heal();

            async Task CutAsync()
            {
                links.Gateway.Cut(ways);
                await ClusterFixture.Pass(ClusterFixture.Lease + TimeSpan.FromSeconds(2));
                Assert.False((await front.StatusAsync()).Open, $"{ways}");
            }
        }

        await ClusterFixture.UntilOpenAsync(front);
        await cluster.AssertPromisesAsync(front);
    }

    [Fact(Explicit = true)]
    [Trait("Category", "Long")]
    public async Task ThirtyPercentOfEverythingLost_NothingOpensWronglyAndEverythingComesBack()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        var links = new[] { cluster.Links(out var left), cluster.Links(out var right) };
        var nodes = new[] { await cluster.AllInOneAsync("left", left), await cluster.AllInOneAsync("right", right) };
        var front = await cluster.FrontEndAsync("front");
        foreach (var node in nodes.Append(front))
        {
            cluster.Recorder.Watch(node);
            await ClusterFixture.UntilOpenAsync(node);
        }

        await using var runner = await RunnerLoop.StartAsync(cluster, "momentum", front, nodes[0], nodes[1]);
        await runner.UntilActsAsync();
        foreach (var link in links.SelectMany(l => new[] { l.Database, l.Silo, l.Gateway })) link.Lose(0.3);
        await ClusterFixture.Pass(TimeSpan.FromSeconds(12));

        // A kill that is answered holds through it all; one that nobody could take in time is kept, says so, and comes later.
        var killed = await front.SendAsync(HttpMethod.Post, "/api/system/kill", new { reason = "drill" });
        if (killed["http_status"]!.GetValue<int>() == 200) await cluster.ClosedWhile("a kill has answered", () => ClusterFixture.Pass(TimeSpan.FromSeconds(4)));
        else Assert.Equal((503, "CONTROL_PLANE_UNREACHABLE"), (killed["http_status"]!.GetValue<int>(), killed["code"]!.GetValue<string>()));
        foreach (var link in links) link.Heal();
        foreach (var node in nodes.Where(n => !n.Runs)) await node.StartAsync();
        foreach (var node in nodes.Append(front)) await ClusterFixture.UntilAsync(node, s => s.ValidForMs > 0 && s.Body["kill_switch"]!["engaged"]!.GetValue<bool>(), "the kill is known");
        await front.SendAsync(HttpMethod.Post, "/api/system/release", new { reason = "drill" });
        foreach (var node in nodes.Append(front)) await ClusterFixture.UntilOpenAsync(node);
        await runner.UntilActsAsync();
        await cluster.AssertPromisesAsync(front);
    }

    private static async Task SilosCutOffFromEachOther(Ways ways)
    {
        await using var cluster = await ClusterFixture.StartAsync();
        var links = new[] { cluster.Links(out var left), cluster.Links(out var right) };
        var holder = await cluster.AllInOneAsync("holder", left);
        await ClusterFixture.UntilOpenAsync(holder);
        var far = await cluster.AllInOneAsync("far", right);
        await ClusterFixture.UntilOpenAsync(far);
        cluster.Recorder.Watch(holder);
        cluster.Recorder.Watch(far);
        await using var runner = await RunnerLoop.StartAsync(cluster, "momentum", holder, far);
        await runner.UntilActsAsync();
        var epoch = (await far.StatusAsync()).Epoch;

        // Each may have opened the connection between the two, so "out" of the holder is "back" of the other's.
        await cluster.ClosedWhile("it is cut off from the gate", CutAsync, ClusterFixture.Lease, far, epoch);
        foreach (var link in links) link.Heal();
        foreach (var node in new[] { holder, far }.Where(n => !n.Runs)) await node.StartAsync();
        await ClusterFixture.UntilOpenAsync(holder);
        await ClusterFixture.UntilOpenAsync(far);
        await runner.UntilActsAsync();
        await cluster.AssertPromisesAsync(far);

        async Task CutAsync()
        {
            links[1].Silo.Cut(ways);
            links[0].Silo.Cut(ways == Ways.Both ? ways : Ways.Both ^ ways);
            await ClusterFixture.UntilAsync(far, s => !s.Open, "closed without the gate");

            // The two can't agree, so the database decides who goes on; the other one ends.
            await ClusterFixture.UntilAsync(() => !holder.Runs || !far.Runs, () => $"One of the two ends.\n{holder.Output}\n{far.Output}");
            await ClusterFixture.UntilOpenAsync(holder.Runs ? holder : far);
        }
    }
}
