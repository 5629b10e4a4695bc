using System.Net;
using System.Text.Json.Nodes;
using ControlPlane.ProviderSimulator;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>The shortest path through the whole product, as a new user walks it.</summary>
public sealed class AcceptanceTests
{
    private static readonly string[] s_gates = ["dataFeedsHealthy", "brokerConnected", "llmConnected", "supervisorLoopActive", "timeoutWorkerActive", "riskEngineConnected"];

    [Fact]
    public async Task FreshStart_WithoutSecrets_IsBlockedAndLetsNoRunnerIn()
    {
        await using var scene = await Scene.OpenAsync();
        var status = await scene.Process.Viewer.Until(s => s.Codes("blockers") is ["INTEGRATION_KEY_MISSING", "INTEGRATION_KEY_MISSING", "INTEGRATION_KEY_MISSING"], "three missing keys");
        Assert.Equal("BLOCKED", status["system_status"].GetValue<string>());
        Assert.False(status["autonomy_allowed"].GetValue<bool>());
        Assert.Equal(s_gates, status["autonomy_gates"].AsObject().Select(g => g.Key));
        Assert.All(status["blockers"].AsArray(), b => Assert.NotNull(b!["suggested_fix"]));
        Assert.NotEmpty(status["path_to_ok"].AsArray());

        Assert.Equal(HttpStatusCode.OK, (await scene.Process.Operator.Put("/api/bots/momentum", new { name = "Momentum" })).Status);
        var start = await scene.Process.Runner.Post("/api/bots/momentum/runner/start", new { runner_id = "r1", mode = "paper" });
        Assert.Equal(HttpStatusCode.Conflict, start.Status);
        Assert.False(start["granted"].GetValue<bool>());
        Assert.Equal("INTEGRATION_KEY_MISSING", start.Code);
        Assert.Equal(status.Codes("blockers"), start.Codes("blockers"));
        Assert.NotEmpty(start["path_to_ok"].AsArray());

        var verify = await scene.Process.Operator.Verify("polygon");
        Assert.Equal((HttpStatusCode.Conflict, "INTEGRATION_KEY_MISSING"), (verify.Status, verify.Code));
        Assert.Equal((HttpStatusCode.NotFound, "UNKNOWN_PROVIDER"), await StatusAndCode(scene.Process.Operator.Verify("nobody")));
    }

    [Fact]
    public async Task KeysInAFolder_LeadToOkWithoutARestart_AndRevokingThemBack()
    {
        await using var scene = await Scene.OpenAsync(s => s.Settings["ControlPlane__Verify__MinIntervalSeconds"] = "0");
        await scene.Process.Viewer.UntilStatus("BLOCKED");
        scene.SetGoodKeys();
        await scene.Process.Viewer.UntilStatus("OK");
        foreach (var (provider, _, _) in Scene.GoodKeys)
        {
            var verify = await scene.Process.Operator.Verify(provider);
            Assert.Equal("valid", verify["status"].GetValue<string>());
            Assert.True(verify["connected"].GetValue<bool>());
            Assert.Equal(["env", "dns_tls", "auth", "scope"], verify["steps"].AsArray().Select(s => s!["step"]!.GetValue<string>()));
            var row = await scene.Process.Viewer.Row(provider);
            Assert.True(row["configured"]!.GetValue<bool>() && row["connected"]!.GetValue<bool>());
            Assert.Equal("CONNECTED", row["state"]!.GetValue<string>());
            Assert.Equal(0, row["proof_of_use_count_24h"]!.GetValue<int>());
            Assert.Null(row["last_used_at"]);
        }

        await scene.Process.Operator.Put("/api/bots/momentum", new { name = "Momentum", requires = new[] { "polygon", "oanda" } });
        var start = await scene.Process.Runner.Post("/api/bots/momentum/runner/start", new { runner_id = "r1", mode = "paper" });
        Assert.True(start["granted"].GetValue<bool>(), start.Text);
        var epoch = start["epoch"].GetValue<long>();
        var live = await scene.Process.Runner.Post("/api/bots/momentum/runner/start", new { runner_id = "r1", mode = "live" });
        Assert.Equal(HttpStatusCode.Conflict, live.Status);
        Assert.Contains("LIVE_NOT_ARMED", live.Codes("blockers"));
        Assert.Equal("CONTINUE", (await Heartbeat(scene, epoch))["directive"].GetValue<string>());
        var permit = await scene.Process.Runner.Get($"/api/bots/momentum/permit?intent=open&epoch={epoch}");
        Assert.True(permit["allowed"].GetValue<bool>(), permit.Text);

        scene.Revoke("oanda");
        Assert.Equal("invalid", (await scene.Process.Operator.Verify("oanda"))["status"].GetValue<string>());
        var blocked = await scene.Process.Viewer.UntilStatus("BLOCKED");
        Assert.Equal("INTEGRATION_VERIFY_FAILED", blocked.Codes("blockers")[0]);
        Assert.Equal("False", blocked["autonomy_gates"]["brokerConnected"]!["status"]!.GetValue<string>());
        Assert.Equal("HALT", (await Heartbeat(scene, epoch))["directive"].GetValue<string>());
        Assert.False((await scene.Process.Runner.Get($"/api/bots/momentum/permit?intent=open&epoch={epoch}"))["allowed"].GetValue<bool>());
        Assert.True((await scene.Process.Runner.Get($"/api/bots/momentum/permit?intent=reduce&epoch={epoch}"))["allowed"].GetValue<bool>());

        var transitions = await scene.Process.Viewer.Get("/api/system/transitions");
        Assert.Contains(transitions["items"].AsArray(), t => t!["subject"]!.GetValue<string>() == "system" && t["to"]!.GetValue<string>() == "OK");
    }

    [Fact]
    public async Task SimulatorStopped_DegradesThenBlocksWhenFreshnessEnds()
    {
        await using var scene = await Scene.OpenAsync(s =>
        {
            s.Settings["ControlPlane__Verify__MinIntervalSeconds"] = "0";
            s.Settings["ControlPlane__Verify__FreshnessSeconds"] = "25";
            s.Settings["ControlPlane__Gate__CloseAfterSoft"] = "100";
        });
        scene.SetGoodKeys();
        await scene.Process.Viewer.UntilStatus("OK");
        await scene.Simulator.DisposeAsync();
        var verify = await scene.Process.Operator.Verify("polygon");
        Assert.Equal(("inconclusive", "connection_refused"), (verify["status"].GetValue<string>(), verify["error_code"].GetValue<string>()));
        Assert.Equal("DEGRADED", verify["state"].GetValue<string>());
        await scene.Process.Viewer.UntilStatus("DEGRADED");
        var blocked = await scene.Process.Viewer.Until(s => s["system_status"].GetValue<string>() == "BLOCKED" && s.Codes("blockers").Contains("INTEGRATION_VERIFY_STALE"), "stale", 90);
        Assert.Equal("HALTED", blocked["trading_state"].GetValue<string>());
    }

    [Fact]
    public async Task KillDashNine_LeavesKillEngagedLiveDisarmedAndNothingTrusted()
    {
        await using var scene = await Scene.OpenAsync(s =>
        {
            s.Settings["ControlPlane__Verify__MinIntervalSeconds"] = "0";
            s.Settings["ControlPlane__Verify__TimeoutSeconds"] = "5";
        });
        scene.SetGoodKeys();
        await scene.Process.Viewer.UntilStatus("OK");
        var armed = await scene.Process.Operator.Post("/api/system/live/arm", new { minutes = 30, reason = "test" });
        Assert.Equal(HttpStatusCode.OK, armed.Status);
        var kill = await scene.Process.Runner.Post("/api/system/kill", new { reason = "test" });
        Assert.True(kill["engaged"].GetValue<bool>() && kill["durable"].GetValue<bool>(), kill.Text);
        Assert.Equal(1, kill["nodes"]["acknowledged"]!.GetValue<int>());
        Assert.Equal(HttpStatusCode.Forbidden, (await scene.Process.Runner.Post("/api/system/release", new { reason = "no" })).Status);
        await scene.Process.KillAsync();

        foreach (var (provider, _, _) in Scene.GoodKeys) scene.Simulator.SetFault(provider, SimulatedFault.Hang);
        await scene.StartAsync();
        var status = await scene.Process.Viewer.Until(s => s.Codes("blockers").Contains("KILL_SWITCH_ENGAGED"), "the kill is still engaged");
        Assert.True(status["kill_switch"]["engaged"]!.GetValue<bool>());
        Assert.False(status["live_trading"]["armed"]!.GetValue<bool>());
        var row = await scene.Process.Viewer.Row("polygon");
        Assert.Equal("CONFIGURED_NOT_CONNECTED", row["state"]!.GetValue<string>());
        Assert.Equal("valid", row["last_verify_status"]!.GetValue<string>());

        foreach (var (provider, _, _) in Scene.GoodKeys) scene.Simulator.SetFault(provider, SimulatedFault.None);
        Assert.Equal(HttpStatusCode.OK, (await scene.Process.Operator.Post("/api/system/release", new { reason = "tested" })).Status);
        await scene.Process.Viewer.UntilStatus("OK", 120);
        var audit = await scene.Process.Operator.Get("/api/audit/check");
        Assert.True(audit["intact"].GetValue<bool>(), audit.Text);
        var actions = (await scene.Process.Operator.Get("/api/audit"))["items"].AsArray().Select(a => a!["action"]!.GetValue<string>()).ToArray();
        Assert.Contains(actions, a => a.Contains("kill", StringComparison.Ordinal));
        Assert.Contains(actions, a => a.Contains("release", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunnersToken_CannotLoosen()
    {
        await using var scene = await Scene.OpenAsync();
        var runner = scene.Process.Runner;
        Assert.Equal(HttpStatusCode.OK, (await runner.Put("/api/bots/b", new { name = "B", requires = new[] { "polygon", "oanda" }, risk_limits = new { max_order_notional = 100 } })).Status);
        foreach (var loose in new object[]
        {
            new { name = "B", requires = new[] { "polygon" } },
            new { name = "B", risk_limits = new { max_order_notional = 101 } },
            new { name = "B", mode = "live" },
        })
        {
            Assert.Equal((HttpStatusCode.Forbidden, "FORBIDDEN"), await StatusAndCode(runner.Put("/api/bots/b", loose)));
        }

        Assert.Equal(HttpStatusCode.OK, (await runner.Post("/api/bots/b/kill", new { reason = "x" })).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await runner.Post("/api/bots/b/release", new { reason = "x" })).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await runner.Post("/api/system/live/arm", new { minutes = 5, reason = "x" })).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await runner.Verify("polygon")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await runner.Get("/api/audit")).Status);
        Assert.Equal(HttpStatusCode.OK, (await scene.Process.Operator.Post("/api/bots/b/release", new { reason = "x" })).Status);
    }

    [Fact]
    public async Task AnonymousBrowser_GetsAPageWithoutData()
    {
        await using var scene = await Scene.OpenAsync();
        scene.SetGoodKeys();
        await scene.Process.Viewer.UntilStatus("OK");
        var page = await scene.Process.Anonymous.Get("/");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("<html", page.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("polygon", page.Text, StringComparison.OrdinalIgnoreCase);
        foreach (var path in new[] { "/api/system/status", "/api/integrations/status", "/api/bots", "/api/audit", "/openapi/v1.json" })
        {
            Assert.Equal((HttpStatusCode.Unauthorized, "UNAUTHENTICATED"), await StatusAndCode(scene.Process.Anonymous.Get(path)));
        }

        Assert.Equal(HttpStatusCode.OK, (await scene.Process.Anonymous.Get("/healthz")).Status);
    }

    [Fact]
    public async Task UsageEvents_AreCountedOnce_AndSurviveKillDashNine()
    {
        await using var scene = await Scene.OpenAsync();
        var events = Enumerable.Range(0, 50).Select(i => new
        {
            event_id = Guid.CreateVersion7(), bot_id = "momentum", provider = "polygon", operation = "GET /v3/quotes?apiKey=never", status = i % 10 == 0 ? "error" : "ok", http_status = 200, latency_ms = i,
        }).ToArray();
        var first = await scene.Process.Runner.Post("/api/usage-events", new { events });
        Assert.Equal((50, 0), (first["accepted"].GetValue<int>(), first["duplicates"].GetValue<int>()));
        await scene.Process.KillAsync();
        await scene.StartAsync();
        var again = await scene.Process.Runner.Post("/api/usage-events", new { events });
        Assert.Equal((0, 50), (again["accepted"].GetValue<int>(), again["duplicates"].GetValue<int>()));
        var row = await scene.Process.Viewer.Row("polygon");
        Assert.Equal((50, 5, "momentum"), (row["proof_of_use_count_24h"]!.GetValue<int>(), row["error_count_24h"]!.GetValue<int>(), row["last_used_by_bot_id"]!.GetValue<string>()));
        var recent = await scene.Process.Viewer.Get("/api/integrations/polygon/events?limit=5");
        Assert.All(recent["items"].AsArray(), e => Assert.Equal("GET /v3/quotes", e!["operation"]!.GetValue<string>()));
    }

    private static Task<ApiAnswer> Heartbeat(Scene scene, long epoch) =>
        scene.Process.Runner.Post("/api/bots/momentum/runner/heartbeat", new { runner_id = "r1", epoch });

    private static async Task<(HttpStatusCode, string?)> StatusAndCode(Task<ApiAnswer> answer)
    {
        var got = await answer;
        return (got.Status, got.Code);
    }
}
