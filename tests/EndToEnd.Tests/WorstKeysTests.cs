using System.Net;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>The acceptance story with the worst keys: they sign in, and no call that matters works with them.</summary>
public sealed class WorstKeysTests
{
    private static readonly Dictionary<string, string> s_alpaca = new() { ["ALPACA_API_KEY"] = "PKENDTOENDTESTS00001", ["ALPACA_SECRET_KEY"] = "EndToEndAlpacaSecretOfTheTests0000000001" };
    private static readonly Dictionary<string, string> s_gemini = new() { ["GEMINI_API_KEY"] = "AIzaEndToEndGeminiKeyOfTheTests00000001" };

    [Theory]
    [InlineData("closed", "INTEGRATION_VERIFY_FAILED", "CONFIGURED_NOT_CONNECTED")]
    [InlineData("suspended", "INTEGRATION_LIMITED", "DEGRADED")]
    public async Task ClosedAccountAndBlockedModel_AreBlockedWithTheirFix_AndOkOnlyAfter(string account, string code, string state)
    {
        await using var scene = await Scene.OpenAsync(s => s.Settings["ControlPlane__Verify__MinIntervalSeconds"] = "0", "polygon", "alpaca", "google_gemini");
        var (_, variable, value) = Scene.GoodKeys[0];
        scene.Simulator.SetKey("polygon", variable, value);
        scene.Simulator.SetKey("alpaca", s_alpaca, account);
        scene.Simulator.SetKey("google_gemini", s_gemini, "blocked");
        scene.SetSecret(variable, value);
        foreach (var (name, secret) in s_alpaca.Concat(s_gemini)) scene.SetSecret(name, secret);

        var blocked = await scene.Process.Viewer.Until(
            s => s["system_status"].GetValue<string>() == "BLOCKED" && s["autonomy_gates"]["dataFeedsHealthy"]!["status"]!.GetValue<string>() == "True"
                && s["blockers"].AsArray().Any(b => b!["provider"]?.GetValue<string>() == "alpaca" && b["code"]!.GetValue<string>() == code)
                && s["blockers"].AsArray().Any(b => b!["provider"]?.GetValue<string>() == "google_gemini" && b["code"]!.GetValue<string>() == "INTEGRATION_VERIFY_FAILED"),
            "the data is there, broker and model are not");
        Assert.Equal("False", blocked["autonomy_gates"]["brokerConnected"]!["status"]!.GetValue<string>());
        Assert.Equal("False", blocked["autonomy_gates"]["llmConnected"]!["status"]!.GetValue<string>());
        Assert.False(blocked["autonomy_allowed"].GetValue<bool>());
        var fixes = blocked["blockers"].AsArray().ToDictionary(b => b!["provider"]?.GetValue<string>() ?? "", b => b!["suggested_fix"]!.GetValue<string>());
        Assert.Contains("alpaca", fixes["alpaca"], StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Generative Language API", fixes["google_gemini"], StringComparison.Ordinal);
        Assert.DoesNotContain("proxy", string.Concat(fixes.Values), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(state, (await scene.Process.Viewer.Row("alpaca"))["state"]!.GetValue<string>());
        await AssertNotStarted(scene);

        scene.Simulator.SetKey("alpaca", s_alpaca);
        Assert.Equal("valid", (await scene.Process.Operator.Verify("alpaca"))["status"].GetValue<string>());
        await scene.Process.Viewer.Until(s => s["autonomy_gates"]["brokerConnected"]!["status"]!.GetValue<string>() == "True", "the broker is back");
        await scene.Process.Viewer.UntilStatus("BLOCKED");
        await AssertNotStarted(scene);

        scene.Simulator.SetKey("google_gemini", s_gemini);
        Assert.Equal("valid", (await scene.Process.Operator.Verify("google_gemini"))["status"].GetValue<string>());
        await scene.Process.Viewer.UntilStatus("OK");
        var start = await scene.Process.Runner.Post("/api/bots/momentum/runner/start", new { runner_id = "r1", mode = "paper" });
        Assert.True(start["granted"].GetValue<bool>(), start.Text);
    }

    /// <summary>A read-only key of OpenAI lists models like a good one.</summary>
    [Fact]
    public async Task ModelKeyThatOnlyLists_IsBlockedWithItsFix_AndOkOnlyAfter()
    {
        await using var scene = await Scene.OpenAsync(s => s.Settings["ControlPlane__Verify__MinIntervalSeconds"] = "0", "polygon", "oanda", "openai");
        scene.SetGoodKeys();
        var (_, variable, value) = Scene.GoodKeys.Single(key => key.Provider == "openai");
        scene.Simulator.SetKey("openai", variable, value, "read_only");

        var blocked = await scene.Process.Viewer.Until(
            s => s["system_status"].GetValue<string>() == "BLOCKED" && s["autonomy_gates"]["brokerConnected"]!["status"]!.GetValue<string>() == "True"
                && s["blockers"].AsArray().Any(b => b!["provider"]?.GetValue<string>() == "openai" && b["code"]!.GetValue<string>() == "INTEGRATION_LIMITED"),
            "data and broker are there, the model is not");
        Assert.Equal("False", blocked["autonomy_gates"]["llmConnected"]!["status"]!.GetValue<string>());
        Assert.Contains("Model capabilities: Request", blocked["blockers"].AsArray().Single(b => b!["provider"]?.GetValue<string>() == "openai")!["suggested_fix"]!.GetValue<string>(), StringComparison.Ordinal);
        await AssertNotStarted(scene);

        scene.Simulator.SetKey("openai", variable, value);
        Assert.Contains("infer proven", (await scene.Process.Operator.Verify("openai"))["capabilities"].AsArray().Select(c => $"{c!["name"]} {c["status"]}"));
        await scene.Process.Viewer.UntilStatus("OK");
    }

    private static async Task AssertNotStarted(Scene scene)
    {
        await scene.Process.Operator.Put("/api/bots/momentum", new { name = "Momentum" });
        var start = await scene.Process.Runner.Post("/api/bots/momentum/runner/start", new { runner_id = "r1", mode = "paper" });
        Assert.Equal(HttpStatusCode.Conflict, start.Status);
        Assert.False(start["granted"].GetValue<bool>(), start.Text);
    }
}
