using System.Net;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>The whole program, a real receiver, real causes.</summary>
public sealed class AlertTests
{
    private const double Hold = 1;

    [Fact]
    public async Task RealCauses_AreToldOnceAndOnceWhenTheyAreOver()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        await using var scene = await Scene.OpenAsync(s =>
        {
            receiver.Tell(s);
            s.Settings["ControlPlane__Verify__MinIntervalSeconds"] = "0";
            s.Settings["ControlPlane__Bots__LeaseSeconds"] = "3";
            s.Settings["ControlPlane__Bots__RenewSeconds"] = "1";
            s.Settings["ControlPlane__Bots__StopBySeconds"] = "2";
            s.SetGoodKeys();
        });
        var (operators, runner) = (scene.Process.Operator, scene.Process.Runner);
        await operators.UntilStatus("OK");

        // A revoked key, and the key again.
        scene.Revoke("polygon");
        var revoked = DateTimeOffset.UtcNow;
        await operators.Verify("polygon");
        await receiver.UntilSaid("opened key_refused integration/polygon", Hold + 5 + 20);
        scene.SetGoodKeys();
        await operators.Verify("polygon");
        await operators.UntilStatus("OK");
        await receiver.UntilSaid("resolved key_refused integration/polygon");

        // A runner that dies with a position.
        Assert.Equal(HttpStatusCode.OK, (await operators.Put("/api/bots/grid", new { name = "grid", requires = new[] { "polygon" } })).Status);
        Assert.Equal(HttpStatusCode.OK, (await runner.Post("/api/bots/grid/runner/start", new { runner_id = "r1", mode = "paper" })).Status);
        Assert.Equal(HttpStatusCode.OK, (await runner.Post("/api/bots/grid/positions", new { symbol = "ES", quantity = 2 })).Status);
        await receiver.UntilSaid("opened runner_lost bot/grid", 3 + 2 + 5 + 20);
        var lost = receiver.Taken.Last(t => t.Body["alert"]!["kind"]!.GetValue<string>() == "runner_lost").Body["alert"]!;
        Assert.Equal("page", lost["severity"]!.GetValue<string>());

        // A kill and its release.
        await operators.Post("/api/system/kill", new { reason = "a test of alerts" });
        await receiver.UntilSaid("opened kill_engaged system", 5 + 10);
        var id = (await operators.Get("/api/alerts?state=open"))["items"].AsArray().Single(a => a!["kind"]!.GetValue<string>() == "kill_engaged")!["alert_id"]!.GetValue<string>();
        Assert.Equal("operator", (await operators.Post($"/api/alerts/{id}/ack", new { reason = "on it" }))["alert"]["acknowledged_by"]!.GetValue<string>());
        await receiver.UntilSaid("acknowledged kill_engaged system");
        await operators.Post("/api/system/release", new { reason = "over" });
        await receiver.UntilSaid("resolved kill_engaged system");

        // One message each, whatever else went on; and the runner back.
        await runner.Post("/api/bots/grid/runner/start", new { runner_id = "r1", mode = "paper" });
        await runner.Post("/api/bots/grid/runner/stop", new { runner_id = "r1" });
        await receiver.UntilSaid("resolved runner_lost bot/grid");
        Assert.Empty(receiver.Forged);
        Assert.All(receiver.Said.GroupBy(s => s, StringComparer.Ordinal), g => Assert.True(g.Count() == 1, $"{g.Key}: {g.Count()} times. {string.Join("; ", receiver.Said)}"));
        Assert.True(receiver.Pings >= 1, "The dead man was not called.");

        // A test; the names of the metrics that rules and dashboard ask for; no secret anywhere.
        Assert.True((await operators.Post("/api/alerts/test", new { channel = "hook" }))["delivered"].GetValue<bool>());
        await runner.Post("/api/usage-events", new { bot_id = "grid", provider = "polygon", operation = "GET /v3/quotes", status = "ok" });
        var metrics = (await scene.Process.Viewer.Get("/metrics")).Text;

        // This one counts what nobody did here.
        foreach (var name in DeployTests.MetricNames().Where(n => n != "controlplane_usage_lost_total")) Assert.Contains($"# TYPE {name} ", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain(AlertReceiver.Key, scene.Process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(AlertReceiver.Key, string.Concat(receiver.Taken.Select(t => t.Body.ToJsonString())), StringComparison.Ordinal);
        Assert.DoesNotContain(AlertReceiver.Key, (await operators.Get("/api/alerts")).Text + metrics, StringComparison.Ordinal);
        Assert.True(receiver.Taken.First(t => t.Body["alert"]!["kind"]!.GetValue<string>() == "key_refused").At - revoked < TimeSpan.FromSeconds(Hold + 5), "The revoked key was told late.");
    }

    [Fact]
    public async Task KilledFeedAndDayLoss_AreToldOnceEach()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        await using var scene = await Scene.OpenAsync(s =>
        {
            receiver.Tell(s, hold: "2");
            s.Settings["ControlPlane__Verify__MinIntervalSeconds"] = "0";
            s.SetGoodKeys();
        });
        var (operators, runner) = (scene.Process.Operator, scene.Process.Runner);
        await operators.UntilStatus("OK");

        // What a slow start may have told is over before anything is broken.
        await UntilAsync(() => receiver.Said.Count(s => s.StartsWith("opened", StringComparison.Ordinal)) == receiver.Said.Count(s => s.StartsWith("resolved", StringComparison.Ordinal)), "calm", receiver);
        var before = receiver.Said.Length;

        // The feed dies: three verifies in a row get no answer.
        scene.Simulator.SetFault("polygon", ControlPlane.ProviderSimulator.SimulatedFault.Reset);
        for (var i = 0; i < 3; i++) await operators.Verify("polygon");
        await UntilAsync(() => receiver.Said.Skip(before).Contains("opened system_blocked system"), "the dead feed is told", receiver);
        Assert.Contains("Polygon", receiver.Taken.Last(t => AlertReceiver.Event(t.Body) == "opened").Body["alert"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        scene.Simulator.SetFault("polygon", ControlPlane.ProviderSimulator.SimulatedFault.None);
        await operators.Verify("polygon");
        await UntilAsync(() => receiver.Said.Skip(before).Contains("resolved system_blocked system"), "it is over", receiver);
        Assert.Equal(["opened system_blocked system", "resolved system_blocked system"], receiver.Said.Skip(before));

        // The day's loss, near its limit and at it.
        Assert.Equal(HttpStatusCode.OK, (await operators.Put("/api/bots/grid", new { name = "grid", requires = new[] { "polygon" }, risk_limits = new { max_daily_loss = 100 } })).Status);
        Task<ApiAnswer> Lose(string id, double pnl) => runner.Post("/api/bots/grid/trades", new { trade_id = id, symbol = "ES", side = "buy", quantity = 1, price = 100, pnl, closed_at = DateTime.UtcNow });
        Assert.Equal(HttpStatusCode.OK, (await Lose("t1", -85)).Status);
        await UntilAsync(() => receiver.Said.Contains("opened daily_loss bot/grid"), "the loss is near", receiver);
        Assert.Equal(HttpStatusCode.OK, (await Lose("t2", -20)).Status);
        await UntilAsync(() => receiver.Said.Contains("repeated daily_loss bot/grid"), "the loss is reached", receiver);
        var told = receiver.Taken.Where(t => t.Body["alert"]!["kind"]!.GetValue<string>() == "daily_loss").Select(t => $"{t.Body["alert"]!["severity"]} {t.Body["alert"]!["message"]}").ToArray();
        Assert.Equal(2, told.Length);
        Assert.StartsWith("warn The day's loss of bot grid is near its limit: 85 of 100 USD", told[0], StringComparison.Ordinal);
        Assert.StartsWith("page The day's loss of bot grid has reached its limit: 105 of 100 USD", told[1], StringComparison.Ordinal);
        Assert.Empty(receiver.Forged);
    }

    [Fact]
    public Task KillDashNine_BetweenDecisionAndDelivery_EachAlertArrivesAndIsResolved() => UnderKillsAsync(5);

    /// <summary>A slow machine can take another number from CONTROLPLANE_TESTS_KILLS.</summary>
    [Fact(Explicit = true)]
    [Trait("Category", "Long")]
    public Task HundredKillDashNine_BetweenDecisionAndDelivery_EachAlertArrivesAndIsResolved() =>
        UnderKillsAsync(int.TryParse(Environment.GetEnvironmentVariable("CONTROLPLANE_TESTS_KILLS"), out var kills) ? kills : 100);

    private static async Task UnderKillsAsync(int rounds)
    {
        var random = new Random(17);
        await using var receiver = await AlertReceiver.StartAsync();
        await using var scene = await Scene.OpenAsync(s => receiver.Tell(s, hold: "600"));
        for (var round = 0; round < rounds; round++)
        {
            // Decided, and the receiver holds the delivery, or not even that: then it dies.
            receiver.Refusing = new(TaskCreationOptions.RunContinuationsAsynchronously);
            var before = receiver.Attempts;
            Assert.True((await scene.Process.Operator.Post("/api/system/kill", new { reason = $"round {round}" }))["engaged"].GetValue<bool>());
            if (round % 2 == 0)
            {
                var end = DateTime.UtcNow.AddSeconds(30);
                while (receiver.Attempts == before && DateTime.UtcNow < end) await Task.Delay(1);
                Assert.True(receiver.Attempts > before, "The delivery was not tried.");
            }
            else
            {
                await Task.Delay(random.Next(0, 1_200));
            }

            await scene.Process.KillAsync();
            receiver.Refusing.TrySetResult();
            receiver.Refusing = null;
            await scene.StartAsync();
            await UntilAsync(() => Open(receiver).Count == 1, $"round {round}: the kill arrives", receiver);
            Assert.Equal(HttpStatusCode.OK, await ReleaseAsync(scene));
            await UntilAsync(() => Open(receiver).Count == 0, $"round {round}: it is resolved", receiver);
        }

        Assert.Empty(receiver.Forged);
        var kills = receiver.Taken.Where(t => t.Body["alert"]!["kind"]!.GetValue<string>() == "kill_engaged").ToArray();
        Assert.Equal(rounds, kills.Where(k => AlertReceiver.Event(k.Body) == "opened").Select(k => AlertReceiver.Id(k.Body)).Distinct().Count());
        Assert.DoesNotContain((await scene.Process.Viewer.Get("/api/alerts?state=open"))["items"].AsArray(), a => a!["kind"]!.GetValue<string>() == "kill_engaged");
    }

    private static async Task<HttpStatusCode> ReleaseAsync(Scene scene)
    {
        var last = await scene.Process.Operator.Post("/api/system/release", new { reason = "over" });
        for (var tries = 0; tries < 20 && last.Status != HttpStatusCode.OK; tries++)
        {
            await Task.Delay(500);
            last = await scene.Process.Operator.Post("/api/system/release", new { reason = "over" });
        }

        return last.Status;
    }

    /// <summary>Ids of kills that were told and not told to be over.</summary>
    private static HashSet<string> Open(AlertReceiver receiver)
    {
        var open = new HashSet<string>(StringComparer.Ordinal);
        var over = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (_, body) in receiver.Taken.Where(t => t.Body["alert"]!["kind"]!.GetValue<string>() == "kill_engaged"))
        {
            if (AlertReceiver.Event(body) == "opened") open.Add(AlertReceiver.Id(body));
            else if (AlertReceiver.Event(body) == "resolved") over.Add(AlertReceiver.Id(body));
        }

        open.ExceptWith(over);
        return open;
    }

    private static async Task UntilAsync(Func<bool> condition, string what, AlertReceiver receiver)
    {
        var end = DateTime.UtcNow.AddSeconds(90);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < end, $"Not in time: {what}. Said: {string.Join("; ", receiver.Said)}");
            await Task.Delay(20);
        }
    }
}
