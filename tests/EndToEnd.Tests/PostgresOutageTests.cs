using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using ControlPlane.Testing.Postgres;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>The program on PostgreSQL, which ends or hangs beneath it.</summary>
public sealed class PostgresOutageTests
{
    private const string Count = "proof_of_use_count_24h";

    /// <summary>Wide: that nobody hangs with the database counts, not how busy this machine is.</summary>
    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(3.1);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Postgres_EndsOrHangs_NothingIsOpenOrShown_AndHealsByItself(bool killed)
    {
        await using var server = await PostgresServer.StartAsync(durable: true);
        var database = await server.CreateDatabaseAsync("outage");
        await using var scene = await Scene.OpenAsync(s =>
        {
            s.Settings["ConnectionStrings__ControlPlane"] = database;

            // Nobody comes by to compare counts: the loss of the store itself must take them back, of those too that nobody uses.
            s.Settings["ControlPlane__Usage__ReconcileSeconds"] = "3600";
        });
        scene.SetGoodKeys();
        var (viewer, runner) = (scene.Process.Viewer, scene.Process.Runner);
        await viewer.UntilStatus("OK");
        var first = Events(40);
        var second = Events(30);
        Assert.Equal(HttpStatusCode.OK, (await runner.Post("/api/usage-events", new { events = first })).Status);
        await viewer.UntilRow("polygon", row => row[Count]?.GetValue<int>() == 40, "40 events counted");

        var clock = Stopwatch.StartNew();
        if (killed) await server.KillAsync();
        else server.Freeze();
        var slowest = TimeSpan.Zero;
        await Poll(viewer, "/api/system/status", a => a["system_status"].GetValue<string>() == "BLOCKED", "BLOCKED");
        var blocked = clock.Elapsed;
        await Poll(scene.Process.Anonymous, "/readyz", a => a.Status == HttpStatusCode.ServiceUnavailable, "not ready");
        await Poll(viewer, "/api/integrations/status", a => Rows(a) is [_, _, ..] rows && rows.All(r => r![Count] is null && Names(r, Count)), "every count null and named");
        var counts = clock.Elapsed;
        var detail = await Timed(() => viewer.Get("/api/integrations/oanda"));
        Assert.True(detail.Status == HttpStatusCode.ServiceUnavailable || (detail.Body![Count] is null && Names(detail.Body!, Count)), detail.Text);
        var refused = await Timed(() => runner.Post("/api/usage-events", new { events = second }));
        Assert.True(refused.Status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests, $"{refused.Status}: {refused.Text}");

        // A node closes on its own clock first and may hear once more of a lease that still holds. When that is over, nothing is open any more.
        var rest = s_lease - clock.Elapsed;
        if (rest > TimeSpan.Zero) await Task.Delay(rest, TestContext.Current.CancellationToken);
        Assert.Equal("BLOCKED", (await Timed(viewer.Status))["system_status"].GetValue<string>());
        var known = await TimesAsync(viewer, runner, second);
        Assert.DoesNotContain(server.Password, scene.Process.Output, StringComparison.Ordinal);

        clock.Restart();
        if (killed) await server.StartAgainAsync();
        else server.Thaw();
        await viewer.UntilStatus("OK");
        var healed = clock.Elapsed;
        await Poll(runner, "/api/system/status", _ => true, "an answer");
        while ((await runner.Post("/api/usage-events", new { events = second })).Status != HttpStatusCode.OK)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), "Usage events are still refused.");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        var row = await viewer.UntilRow("polygon", r => r[Count]?.GetValue<int>() == 70, "70 events counted");
        Assert.Empty(row["unavailable"]!.AsArray());
        await viewer.UntilRow("oanda", r => r[Count]?.GetValue<int>() == 0 && r["unavailable"]!.AsArray().Count == 0, "an idle provider's figures are back");
        var again = await runner.Post("/api/usage-events", new { events = first });
        Assert.Equal((0, 40), (again["accepted"].GetValue<int>(), again["duplicates"].GetValue<int>()));
        Assert.Equal(70, (await viewer.Row("polygon"))[Count]!.GetValue<int>());
        await Poll(scene.Process.Anonymous, "/readyz", a => a.Status == HttpStatusCode.OK, "ready");
        TestContext.Current.SendDiagnosticMessage(
            $"{(killed ? "Killed" : "Frozen")}: BLOCKED seen after {blocked.TotalSeconds:0.0} s, every count null after {counts.TotalSeconds:0.0} s, slowest answer {slowest.TotalSeconds:0.00} s, once known p50 {known[known.Length / 2]:0} ms, p99 {known[known.Length * 99 / 100]:0} ms, OK again {healed.TotalSeconds:0.0} s after its return.");

        async Task<ApiAnswer> Timed(Func<Task<ApiAnswer>> call)
        {
            var asked = Stopwatch.StartNew();
            var answer = await call().WaitAsync(s_answer, TestContext.Current.CancellationToken);
            if (asked.Elapsed > slowest) slowest = asked.Elapsed;
            return answer;
        }

        // Waits on the real clock, for the program does.
        async Task Poll(ApiClient client, string path, Func<ApiAnswer, bool> condition, string what)
        {
            var waiting = Stopwatch.StartNew();
            while (true)
            {
                var answer = await Timed(() => client.Get(path));
                if (condition(answer)) return;
                Assert.True(waiting.Elapsed < TimeSpan.FromSeconds(60), $"Not within 60 s: {what}. Last: {answer.Text}");
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }
    }

    /// <summary>How long answers take that need the store, in milliseconds, sorted. Each is told that it can't be had.</summary>
    private static async Task<double[]> TimesAsync(ApiClient viewer, ApiClient runner, object[] events)
    {
        var times = new List<double>();
        for (var i = 0; i < 50; i++)
        {
            foreach (var ask in new Func<Task<ApiAnswer>>[]
                { () => runner.Post("/api/usage-events", new { events }), () => viewer.Get("/api/integrations/polygon/events"), () => viewer.Get("/api/integrations/polygon/verifications") })
            {
                var asked = Stopwatch.StartNew();
                var answer = await ask().WaitAsync(s_answer, TestContext.Current.CancellationToken);
                times.Add(asked.Elapsed.TotalMilliseconds);
                Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
            }
        }

        return [.. times.Order()];
    }

    private static JsonNode?[]? Rows(ApiAnswer answer) => answer.Body?["integrations"]?.AsArray().ToArray();

    private static bool Names(JsonNode row, string field) => row["unavailable"]!.AsArray().Any(u => u!["field"]!.GetValue<string>() == field);

    private static object[] Events(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => new
        {
            event_id = Guid.CreateVersion7(), occurred_at = DateTimeOffset.UtcNow.AddMinutes(-5).ToString("O"), provider = "polygon", operation = "GET /v3/quotes", status = "ok", latency_ms = 41,
        })];
}
