using System.Net;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>What a runner's token can make up moves no gate, no other bot, and earns no tier.</summary>
public sealed class InventedEvidenceTests
{
    [Fact]
    public async Task Usage_InventedByOneBot_NeitherClosesNorHidesAnything()
    {
        await using var scene = await Scene.OpenAsync(s =>
        {
            s.Settings["ControlPlane__Verify__MinIntervalSeconds"] = "0";
            s.SetGoodKeys();
        });
        var (runner, viewer) = (scene.Process.Runner, scene.Process.Viewer);
        await viewer.UntilStatus("OK");
        await StartAsync(runner, "inventor");
        await StartAsync(runner, "honest");

        await ReportAsync(runner, "inventor", "openai", "error", 300, httpStatus: 503);
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        var status = await viewer.Status();
        Assert.Equal(("OK", "ACTIVE"), (status["system_status"].GetValue<string>(), status["trading_state"].GetValue<string>()));
        Assert.Equal("OK", (await viewer.Get("/api/bots/honest"))["readiness"].GetValue<string>());

        // A mistyped symbol, or a position that is flat: the caller's own 404 speaks against nobody.
        await ReportAsync(runner, "honest", "polygon", "error", 300, httpStatus: 404);
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        Assert.Equal("CONNECTED", (await viewer.Row("polygon"))["state"]!.GetValue<string>());

        // Successes hide no key that was refused.
        scene.Revoke("oanda");
        await ReportAsync(runner, "inventor", "oanda", "ok", 6_000, httpStatus: 200);
        await scene.Process.Operator.Verify("oanda");
        await viewer.UntilStatus("BLOCKED");
        await ReportAsync(runner, "inventor", "oanda", "ok", 6_000, httpStatus: 200);
        Assert.Equal("BLOCKED", (await viewer.Status())["system_status"].GetValue<string>());
    }

    [Fact]
    public async Task Heartbeats_OfInnerComponents_CountForNobody()
    {
        await using var scene = await Scene.OpenAsync(s => s.SetGoodKeys());
        var (runner, viewer) = (scene.Process.Runner, scene.Process.Viewer);
        await viewer.UntilStatus("OK");
        for (var i = 1; i <= 40; i++)
        {
            foreach (var name in new[] { "supervisor", "timeout_worker", "risk_engine" })
            {
                var answer = await runner.Post($"/api/components/{name}/heartbeat", new { instance = "made-up", sequence = i % 2 == 0 ? long.MaxValue : i, healthy = i % 3 != 0 });
                Assert.False(answer.Status == HttpStatusCode.OK && answer.Body?["counted"]?.GetValue<bool>() == true, answer.Text);
            }

            // Other causes may degrade a busy machine's system: only these gates are about the heartbeats.
            var status = await viewer.Status();
            foreach (var name in new[] { "supervisorLoopActive", "timeoutWorkerActive", "riskEngineConnected" })
            {
                var gate = status["autonomy_gates"][name]!;
                Assert.True(gate["healthy"]!.GetValue<bool>() && !gate["degraded"]!.GetValue<bool>() && !status["blockers"].AsArray().Any(b => b!["gate"]?.GetValue<string>() == name), status.Text);
            }
        }
    }

    [Fact]
    public async Task Trades_Positions_Marks_OfOrdersThatNobodyGranted_EarnNoTier_AndTouchNoOtherBot()
    {
        await using var scene = await Scene.OpenAsync(s => s.SetGoodKeys());
        var (runner, viewer) = (scene.Process.Runner, scene.Process.Viewer);
        await viewer.UntilStatus("OK");
        var epoch = await StartAsync(runner, "honest");
        await StartAsync(runner, "inventor");
        await runner.Post("/api/bots/inventor/trades", new
        {
            items = Enumerable.Range(0, 400).Select(i => new
            {
                trade_id = $"t{i}", symbol = "ES", side = "buy", quantity = 1, price = 100, pnl = 50, currency = "USD",
                opened_at = DateTime.UtcNow.AddMinutes(-2), closed_at = DateTime.UtcNow.AddMinutes(-1),
            }).ToArray(),
        });
        await runner.Post("/api/bots/inventor/decisions", new
        {
            items = Enumerable.Range(0, 400).Select(i => new { decision_id = $"d{i}", symbol = "ES", action = "buy", rationale = "made up", confidence = 0.9, trade_id = $"t{i}" }).ToArray(),
        });
        await runner.Post("/api/bots/inventor/positions", new { symbol = "ES", quantity = 1_000_000, as_of = DateTime.UtcNow });
        await runner.Post("/api/bots/inventor/marks", new { symbol = "ES", price = 0.01 });
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);

        var autonomy = await viewer.Get("/api/bots/inventor/autonomy");
        Assert.Equal("OBSERVE", autonomy["tier"].GetValue<string>());
        var permit = await runner.Get($"/api/bots/honest/permit?intent=open&epoch={epoch}");
        Assert.True(permit["allowed"].GetValue<bool>(), permit.Text);
        var status = await viewer.Status();
        Assert.Equal(("OK", "ACTIVE"), (status["system_status"].GetValue<string>(), status["trading_state"].GetValue<string>()));
    }

    private static async Task<long> StartAsync(ApiClient runner, string bot)
    {
        await runner.Put($"/api/bots/{bot}", new { name = bot, requires = new[] { "openai" } });

        // A busy machine may lose the gate's lease for a moment.
        var end = DateTime.UtcNow.AddSeconds(30);
        ApiAnswer start;
        while ((start = await runner.Post($"/api/bots/{bot}/runner/start", new { runner_id = "r1" })).Status != HttpStatusCode.OK)
        {
            Assert.True(DateTime.UtcNow < end, start.Text);
            await Task.Delay(250, TestContext.Current.CancellationToken);
        }

        var epoch = start["epoch"].GetValue<long>();
        await runner.Post($"/api/bots/{bot}/runner/heartbeat", new { runner_id = "r1", epoch });
        return epoch;
    }

    private static async Task ReportAsync(ApiClient runner, string bot, string provider, string status, int count, int httpStatus)
    {
        var answer = await runner.Post("/api/usage-events", new
        {
            events = Enumerable.Range(0, count).Select(_ => new { bot_id = bot, provider, operation = "GET /v1/made-up", status, http_status = httpStatus }).ToArray(),
        });
        Assert.Equal(count, answer["accepted"].GetValue<int>());
    }
}
