using System.Collections.Concurrent;

namespace ControlPlane.Cluster.Tests.Faults.Kills;

/// <summary>A disarming answers, like a kill, when no node can hold LIVE for armed any more.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class DisarmTests
{
    private const int Rounds = 3;
    private const string GateActive = "The gate is active with epoch";

    [Fact]
    public async Task Disarm_WithANodeHung_NoNodeIsArmedThatIsAskedAfterItsAnswer()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        var nodes = new[] { await cluster.AllInOneAsync("node-1"), await cluster.AllInOneAsync("node-2") };
        foreach (var node in nodes) await ClusterFixture.UntilOpenAsync(node);
        var seen = new ConcurrentQueue<Switch>();
        using var stop = new CancellationTokenSource();
        var watching = Task.WhenAll(nodes.Select(node => Task.Run(() => WatchAsync(cluster, node, seen, stop.Token))));
        var settled = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var armed = await nodes[0].SendAsync(HttpMethod.Post, "/api/system/live/arm", new { minutes = 5, reason = "drill" });
            Assert.True(armed["http_status"]!.GetValue<int>() == 200, armed.ToJsonString());
            foreach (var node in nodes) await ClusterFixture.UntilAsync(node, s => s.ValidForMs > 0 && s.Body["live_trading"]!["armed"]!.GetValue<bool>(), "armed");

            // A gate that hangs answers nothing, and the next one comes up disarmed: that is the last round.
            var gate = string.CompareOrdinal(nodes[0].LastLine(GateActive), nodes[1].LastLine(GateActive)) >= 0 ? 0 : 1;
            var (hung, asked) = round < Rounds - 1 ? (nodes[1 - gate], nodes[gate]) : (nodes[gate], nodes[1 - gate]);
            hung.Freeze();
            var sentAt = cluster.Recorder.Now;
            var answer = await asked.SendAsync(HttpMethod.Post, "/api/system/live/disarm", new { reason = "drill" });
            var answeredAt = cluster.Recorder.Now;
            hung.Thaw();
            await ClusterFixture.Pass(TimeSpan.FromSeconds(2));
            if (answer["http_status"]!.GetValue<int>() == 200)
            {
                settled++;
                var late = seen.Where(s => s.Armed && s.SentAt > answeredAt).ToArray();
                Assert.True(late.Length == 0, $"Round {round}, asked {sentAt}, answered {answeredAt}: {string.Join(", ", late.Select(s => s.ToString()))}");
            }
            else
            {
                // Not carried out, and said so: the same again.
                Assert.Equal(503, answer["http_status"]!.GetValue<int>());
                await ClusterFixture.UntilOpenAsync(asked);
                Assert.Equal(200, (await asked.SendAsync(HttpMethod.Post, "/api/system/live/disarm", new { reason = "drill" }))["http_status"]!.GetValue<int>());
            }

            foreach (var node in nodes)
            {
                if (!node.Runs) await node.StartAsync();
                await ClusterFixture.UntilOpenAsync(node);
                await ClusterFixture.UntilAsync(node, s => s.ValidForMs > 0 && !s.Body["live_trading"]!["armed"]!.GetValue<bool>(), "disarmed");
            }
        }

        await stop.CancelAsync();
        await watching;
        Assert.True(settled > 0, "No disarming was answered while a node hung.");
        foreach (var node in nodes) Assert.Contains(seen, s => s.Node == node.Name && s.Armed);
    }

    private static async Task WatchAsync(ClusterFixture cluster, NodeProcess node, ConcurrentQueue<Switch> seen, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var sentAt = cluster.Recorder.Now;
                var status = await node.AskAsync(stop);
                if (status.ValidForMs > 0) seen.Enqueue(new(node.Name, Engaged: false, status.Body["live_trading"]!["armed"]!.GetValue<bool>(), sentAt, cluster.Recorder.Now));
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
            {
                // It is frozen, or gone: nobody trades by it.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(30), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
