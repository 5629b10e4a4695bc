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

            // How soon a provider that nobody uses notices that its counts can't be read.
            s.Settings["ControlPlane__Usage__ReconcileSeconds"] = "2";
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
        await Poll(viewer, "/api/integrations/status", a => Row(a) is { } row && row[Count] is null && Names(row, Count), "the count null and named");
        var refused = await Timed(() => runner.Post("/api/usage-events", new { events = second }));
        Assert.True(refused.Status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests, $"{refused.Status}: {refused.Text}");
        Assert.Equal("BLOCKED", (await Timed(viewer.Status))["system_status"].GetValue<string>());
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
        var again = await runner.Post("/api/usage-events", new { events = first });
        Assert.Equal((0, 40), (again["accepted"].GetValue<int>(), again["duplicates"].GetValue<int>()));
        Assert.Equal(70, (await viewer.Row("polygon"))[Count]!.GetValue<int>());
        await Poll(scene.Process.Anonymous, "/readyz", a => a.Status == HttpStatusCode.OK, "ready");
        TestContext.Current.SendDiagnosticMessage(
            $"{(killed ? "Killed" : "Frozen")}: BLOCKED seen after {blocked.TotalSeconds:0.0} s, slowest answer {slowest.TotalSeconds:0.00} s, OK again {healed.TotalSeconds:0.0} s after its return.");

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

    private static JsonNode? Row(ApiAnswer answer) =>
        answer.Body?["integrations"]?.AsArray().SingleOrDefault(r => r!["provider"]!.GetValue<string>() == "polygon");

    private static bool Names(JsonNode row, string field) => row["unavailable"]!.AsArray().Any(u => u!["field"]!.GetValue<string>() == field);

    private static object[] Events(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => new
        {
            event_id = Guid.CreateVersion7(), occurred_at = DateTimeOffset.UtcNow.AddMinutes(-5).ToString("O"), provider = "polygon", operation = "GET /v3/quotes", status = "ok", latency_ms = 41,
        })];
}
