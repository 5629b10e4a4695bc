using System.Net;
using System.Text.Json.Nodes;
using ControlPlane.Testing;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>Bots and their runners, with the real program, real processes and real signals.</summary>
public sealed class BotTests
{
    [Fact]
    public async Task Runner_StoppedForLongerThanItsLease_FindsItselfFenced_AndAnotherTookOver()
    {
        await using var scene = await Ok(s =>
        {
            s.Settings["ControlPlane__Bots__LeaseSeconds"] = "3";
            s.Settings["ControlPlane__Bots__StopBySeconds"] = "2";
            s.Settings["ControlPlane__Bots__RenewSeconds"] = "0.5";
        });
        await using var first = RunnerProcess.Start(scene.Process.Address, ControlPlaneProcess.RunnerToken, "momentum", "r1");
        await first.Until(l => l == "heartbeat CONTINUE", "the first runner works");
        await first.Until(l => l.StartsWith("permit true", StringComparison.Ordinal), "and is permitted");
        await first.SignalAsync("STOP");
        await Task.Delay(200, TestContext.Current.CancellationToken);
        var known = first.Lines.Length;

        // Nobody takes over before the lease has ended; then somebody does.
        var early = await scene.Process.Runner.Post("/api/bots/momentum/runner/start", new { runner_id = "r2" });
        Assert.Equal((HttpStatusCode.Conflict, "RUNNER_ALREADY_HELD"), (early.Status, early.Code));
        var second = await Start(scene, "r2");

        await first.SignalAsync("CONT");
        var fenced = await first.Until(l => l.StartsWith("fenced", StringComparison.Ordinal), "the first runner is fenced", known);
        Assert.StartsWith("fenced LEASE_FENCED", fenced, StringComparison.Ordinal);
        Assert.Equal(3, await first.ExitAsync());

        // One act may have been on its way when the runner was stopped; what it asked after it woke was refused.
        var after = first.Lines[known..].Where(l => l.StartsWith("permit", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(after);
        Assert.Equal("permit false order false", after[^1]);
        Assert.DoesNotContain(after, l => l.StartsWith("permit true", StringComparison.Ordinal) && l != first.Lines[known]);

        var heartbeat = await scene.Process.Runner.Post("/api/bots/momentum/runner/heartbeat", new { runner_id = "r2", epoch = second });
        Assert.Equal("CONTINUE", heartbeat["directive"].GetValue<string>());
        Assert.Contains("LEASE_FENCED", (await scene.Process.Runner.Get("/api/bots/momentum/no-trades?reason=GATE_BLOCKED")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_TheFourthInAMinute_WaitsWithRetryAfter()
    {
        await using var scene = await Ok();
        for (var i = 0; i < 3; i++) await Start(scene, "r1");
        var fourth = await scene.Process.Runner.Post("/api/bots/momentum/runner/start", new { runner_id = "r1" });
        Assert.Equal((HttpStatusCode.TooManyRequests, "RUNNER_RESTARTING"), (fourth.Status, fourth.Code));
        Assert.InRange(fourth.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 20);
        Assert.False(fourth["granted"].GetValue<bool>());
        Assert.Contains("RUNNER_RESTARTING", (await scene.Process.Viewer.Get("/api/bots/momentum")).Codes("blockers"));
    }

    [Theory]
    [InlineData("/api/system")]
    [InlineData("/api/bots/momentum")]
    public async Task Kill_OnceAnswered_NothingIsGranted_AndReleaseNeedsAnOperatorAndAReason(string scope)
    {
        await using var scene = await Ok();
        var epoch = await Start(scene, "r1");
        await PermitUntil(scene, epoch, true);
        Assert.True((await Check(scene, epoch, "open", "buy", 1))["allowed"].GetValue<bool>());
        await scene.Process.Runner.Post("/api/bots/momentum/trades", new { trade_id = "t1", symbol = "ES", side = "buy", quantity = 1, price = 100 });

        var kill = await scene.Process.Runner.Post($"{scope}/kill", new { reason = "a test" });
        Assert.True(kill["engaged"].GetValue<bool>() && kill["durable"].GetValue<bool>(), kill.Text);
        foreach (var intent in new[] { "open", "reduce" })
        {
            Assert.False((await scene.Process.Runner.Get($"/api/bots/momentum/permit?intent={intent}&epoch={epoch}"))["allowed"].GetValue<bool>());
            var check = await Check(scene, epoch, intent, intent == "open" ? "buy" : "sell", 0.5m);
            Assert.False(check["allowed"].GetValue<bool>());
            Assert.Equal(["KILL_SWITCH_ENGAGED"], check.Codes("reasons"));
            Assert.NotNull(check["no_trade_id"]);
        }

        foreach (var runner in new[] { "r1", "r2" })
        {
            var start = await scene.Process.Runner.Post("/api/bots/momentum/runner/start", new { runner_id = runner });
            Assert.Equal((HttpStatusCode.Conflict, "KILL_SWITCH_ENGAGED"), (start.Status, start.Code));
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await scene.Process.Runner.Post($"{scope}/release", new { reason = "mine" })).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await scene.Process.Operator.Post($"{scope}/release")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await scene.Process.Operator.Post($"{scope}/release", new { reason = " " })).Status);
        Assert.False((await Check(scene, epoch, "open", "buy", 2))["allowed"].GetValue<bool>());

        // A restart does not release it either.
        await scene.Process.KillAsync();
        await scene.StartAsync();
        await scene.Process.Viewer.Until(s => scope == "/api/system" ? s.Codes("blockers").Contains("KILL_SWITCH_ENGAGED") : s["system_status"].GetValue<string>() == "OK", "settled");
        Assert.Equal("KILL_SWITCH_ENGAGED", (await scene.Process.Runner.Post("/api/bots/momentum/runner/start", new { runner_id = "r1" })).Code);

        Assert.Equal(HttpStatusCode.OK, (await scene.Process.Operator.Post($"{scope}/release", new { reason = "looked at it" })).Status);
        await scene.Process.Viewer.UntilStatus("OK");
        Assert.False((await Check(scene, epoch, "open", "buy", 3))["allowed"].GetValue<bool>());
        Assert.True(await Start(scene, "r1") > epoch);
    }

    [Fact]
    public async Task Bot_WithoutData_ShowsNullsAndSaysWhy_AndFiguresOnceThereAreSome()
    {
        await using var scene = await Ok();
        foreach (var bot in new[] { (await scene.Process.Viewer.Get("/api/bots"))["bots"][0]!, (await scene.Process.Viewer.Get("/api/bots/momentum")).Body! })
        {
            foreach (var field in new[] { "score", "last_decision_at", "trades_24h", "pnl_24h", "blind" }) Assert.True(bot.AsObject().ContainsKey(field) && bot[field] is null, field);
            Assert.Equal(["RUNNER_DOWN", "DATA_MISSING"], bot["reasons"]!.AsArray().Select(r => r!["code"]!.GetValue<string>()));
            Assert.All(bot["reasons"]!.AsArray(), r => Assert.Equal("info", r!["severity"]!.GetValue<string>()));
            Assert.Empty(bot["unavailable"]!.AsArray());
        }

        var funnel = await scene.Process.Viewer.Get("/api/bots/momentum/funnel");
        Assert.Equal(0, funnel["cycles"].GetValue<int>());
        Assert.Null(funnel.Body!["blind"]);

        var traceId = new string('a', 32);
        await scene.Process.Runner.Post("/api/usage-events", new { bot_id = "momentum", provider = "polygon", operation = "GET /v3/quotes", status = "ok", trace_id = traceId });
        await scene.Process.Runner.Post("/api/bots/momentum/decisions", new { decision_id = "d1", symbol = "ES", action = "buy", confidence = 0.7, trade_id = "t1", trace_id = traceId, variables = new { momentum = 1.5 } });
        await scene.Process.Runner.Post("/api/bots/momentum/trades", new { trade_id = "t1", symbol = "ES", side = "buy", quantity = 1, price = 100, pnl = -2.5, closed_at = DateTime.UtcNow });
        await scene.Process.Runner.Post("/api/bots/momentum/cycles", new { outcome = "traded", trace_id = traceId });

        // Acknowledged is on disk: also when the process ends without a goodbye.
        await scene.Process.KillAsync();
        await scene.StartAsync();
        var detail = await scene.Process.Viewer.Get("/api/bots/momentum/decisions/d1");
        Assert.Equal("t1", detail["decision"]["trade"]!["trade_id"]!.GetValue<string>());
        Assert.Equal("polygon", Assert.Single(detail["usage_events"].AsArray())!["provider"]!.GetValue<string>());
        foreach (var bot in new[] { await Figures(scene, "/api/bots", answer => answer["bots"][0]!), await Figures(scene, "/api/bots/momentum", answer => answer.Body!) })
        {
            Assert.Equal((1, -2.5m), (bot["trades_24h"]!.GetValue<int>(), bot["pnl_24h"]!.GetValue<decimal>()));
            Assert.NotNull(bot["last_decision_at"]);
        }

        Assert.Equal(1, (await scene.Process.Viewer.Get("/api/bots/momentum/funnel"))["outcomes"]["traded"]!.GetValue<int>());
    }

    /// <summary>A store that does not answer within 200 ms, as a cold one may not, makes figures null; they are then named as unavailable, and come with a later reading.</summary>
    private static async Task<JsonNode> Figures(Scene scene, string path, Func<ApiAnswer, JsonNode> row)
    {
        var end = DateTime.UtcNow.AddSeconds(30);
        while (true)
        {
            var bot = row(await scene.Process.Viewer.Get(path));
            if (bot["unavailable"]!.AsArray().Count == 0) return bot;
            Assert.True(DateTime.UtcNow < end, bot.ToJsonString());
            await Task.Delay(100);
        }
    }

    private static Task<ApiAnswer> Check(Scene scene, long epoch, string intent, string side, decimal quantity) =>
        scene.Process.Runner.Post("/api/bots/momentum/orders/check", new { symbol = "ES", side, quantity, price = 100, intent, epoch });

    private static async Task PermitUntil(Scene scene, long epoch, bool allowed)
    {
        var end = DateTime.UtcNow.AddSeconds(30);
        while ((await scene.Process.Runner.Get($"/api/bots/momentum/permit?intent=open&epoch={epoch}"))["allowed"].GetValue<bool>() != allowed)
        {
            Assert.True(DateTime.UtcNow < end, $"The permit did not become {allowed}.");
            await Task.Delay(50);
        }
    }

    /// <summary>Starts as soon as it is let, and returns the lease's epoch.</summary>
    private static async Task<long> Start(Scene scene, string runner)
    {
        var end = DateTime.UtcNow.AddSeconds(60);
        while (true)
        {
            var start = await scene.Process.Runner.Post("/api/bots/momentum/runner/start", new { runner_id = runner, mode = "paper" });
            if (start.Status == HttpStatusCode.OK) return start["epoch"].GetValue<long>();
            Assert.True(DateTime.UtcNow < end, start.Text);
            await Task.Delay(100);
        }
    }

    private static async Task<Scene> Ok(Action<Scene>? setup = null)
    {
        var scene = await Scene.OpenAsync(setup);
        scene.SetGoodKeys();
        await scene.Process.Viewer.UntilStatus("OK");
        await scene.Process.Operator.Put("/api/bots/momentum", new { name = "Momentum", requires = new[] { "polygon", "oanda" } });
        return scene;
    }
}
