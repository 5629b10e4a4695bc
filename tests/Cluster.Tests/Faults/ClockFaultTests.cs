using System.Text.Json.Nodes;
using ControlPlane.Cluster.Tests.Faults.Links;

namespace ControlPlane.Cluster.Tests.Faults;

/// <summary>Clocks that jump, and clocks that run too fast or too slowly: leases do not know what time it is, and windows follow the clock.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class ClockFaultTests
{
    private static readonly TimeSpan[] s_jumps = [TimeSpan.FromHours(1), TimeSpan.FromHours(-1), TimeSpan.FromHours(24), TimeSpan.FromHours(-24), TimeSpan.Zero];

    [Fact]
    public async Task WallClockJumps_LeasesAndRunnersGoOn_AndALostGateStillClosesInTime()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        var (links, clock) = (cluster.Links(out var paths), cluster.Clock(rate: 1));
        (string, string)[] settings = [("ControlPlane__Usage__ReconcileSeconds", "1"), .. clock.Settings];
        var silo = await cluster.AllInOneAsync("silo", [.. paths, .. settings]);
        var front = await cluster.FrontEndAsync("front", settings);
        await ClusterFixture.UntilOpenAsync(silo);
        await ClusterFixture.UntilOpenAsync(front);
        cluster.Recorder.Watch(silo);
        cluster.Recorder.Watch(front);
        await using var runner = await RunnerLoop.StartAsync(cluster, "momentum", front, silo);
        await runner.UntilActsAsync();
        var lease = runner.Epoch;
        var events = new List<(Guid Id, TimeSpan At)>();
        await RecordAsync(TimeSpan.Zero);
        var before = TimeSpan.Zero;
        foreach (var jump in s_jumps)
        {
            var from = cluster.Recorder.Now;
            clock.Set(jump);
            await ClusterFixture.Pass(TimeSpan.FromSeconds(1.5));
            await RecordAsync(jump);
            var seen = cluster.Recorder.Sightings.Where(s => s.SentAt > from && s.Bot is null).ToArray();

            // A clock that runs ahead may have slept: it closes until every key is verified again, without a person. A step back closes nothing.
            if (jump > before) Assert.False(seen[^1].Open, $"At {jump}, a step ahead: {seen[^1]}\n{silo.Output}");
            else Assert.True(seen.Length > 10 && seen.All(s => s.Open), $"At {jump}: {seen.FirstOrDefault(s => !s.Open)}\n{silo.Output}");
            before = jump;
            await ClusterFixture.UntilOpenAsync(silo);
            await ClusterFixture.UntilOpenAsync(front);
            await runner.UntilActsAsync();
            Assert.Equal(lease, runner.Epoch);

            // The window ends now, as the clock has it, and the list is in the clock's order.
            await ClusterFixture.UntilAsync(front, async _ => Count(await front.SendAsync(HttpMethod.Get, "/api/integrations/polygon")) == events.Count(e => e.At <= jump && e.At > jump - TimeSpan.FromHours(24)), $"the window at {jump}");
            var listed = (await front.SendAsync(HttpMethod.Get, "/api/integrations/polygon/events?limit=500"))["items"]!.AsArray();
            Assert.Equal(events.Count, listed.Count);
            Assert.Equal(listed.Select(e => e!["occurred_at"]!.GetValue<DateTimeOffset>()).OrderDescending(), listed.Select(e => e!["occurred_at"]!.GetValue<DateTimeOffset>()));
        }

        foreach (var jump in s_jumps.Take(4))
        {
            await cluster.ClosedWhile($"the front end is cut off, its clock set to {jump}", CutAsync, ClusterFixture.Lease, front);
            links.Heal();
            await ClusterFixture.UntilOpenAsync(front);

            async Task CutAsync()
            {
                links.Gateway.Cut(Ways.Both);
                clock.Set(jump);
                await ClusterFixture.Pass(ClusterFixture.Lease + TimeSpan.FromSeconds(1));
            }
        }

        await cluster.AssertPromisesAsync(silo);

        async Task RecordAsync(TimeSpan at)
        {
            var batch = Enumerable.Range(0, 5).Select(_ => Guid.NewGuid()).ToArray();
            var answer = await front.SendAsync(HttpMethod.Post, "/api/usage-events", new { events = batch.Select(id => new { event_id = id, provider = "polygon", operation = "GET /v3/quotes", status = "ok" }) });
            Assert.Equal(5, answer["accepted"]!.GetValue<int>());
            events.AddRange(batch.Select(id => (id, at)));
        }
    }

    [Theory]
    [InlineData(1.1, 0.9)]
    [InlineData(0.9, 1.1)]
    public async Task ClockRatesATenthApart_AKillAnswersWhenTheLastNodeHasClosed(double siloRate, double frontRate)
    {
        await using var cluster = await ClusterFixture.StartAsync();
        var links = cluster.Links(out var paths);
        var silo = await cluster.AllInOneAsync("silo", [.. paths, .. cluster.Clock(siloRate).Settings]);
        var front = await cluster.FrontEndAsync("front", cluster.Clock(frontRate).Settings);
        cluster.Recorder.Watch(silo);
        cluster.Recorder.Watch(front);
        await ClusterFixture.UntilOpenAsync(silo);
        await ClusterFixture.UntilOpenAsync(front);
        await using var runner = await RunnerLoop.StartAsync(cluster, "momentum", front, silo);
        await runner.UntilActsAsync();

        // The front end hears nothing of the kill: its lease has to run out, on its own clock, before the answer.
        links.Gateway.Cut(Ways.Both);
        var killed = await silo.SendAsync(HttpMethod.Post, "/api/system/kill", new { reason = "drill" });
        Assert.Equal((200, true), (killed["http_status"]!.GetValue<int>(), killed["engaged"]!.GetValue<bool>()));
        await cluster.ClosedWhile("a kill has answered", () => ClusterFixture.Pass(TimeSpan.FromSeconds(2)));
        links.Heal();
        await ClusterFixture.UntilAsync(front, s => s.ValidForMs > 0, "the gate answers");
        await silo.SendAsync(HttpMethod.Post, "/api/system/release", new { reason = "drill" });
        await ClusterFixture.UntilOpenAsync(front);
        await runner.UntilActsAsync();
        await cluster.AssertPromisesAsync(silo, ClusterFixture.Lease / Math.Min(siloRate, frontRate));
    }

    private static int? Count(JsonNode row) => row["proof_of_use_count_24h"]?.GetValue<int>();
}
