using ControlPlane.ProviderSimulator;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>Every way in which a provider can answer, or fail to, has its own reason, and none but a good answer connects.</summary>
public sealed class OutcomeTests
{
    [Fact]
    public async Task EveryOutcome_HasItsOwnReason_WithinTheDeadline()
    {
        await using var scene = await Scene.OpenAsync(s =>
        {
            s.Settings["ControlPlane__Verify__MinIntervalSeconds"] = "0";
            s.Settings["ControlPlane__Verify__TimeoutSeconds"] = "2";
        });
        scene.SetGoodKeys();
        await scene.Process.Viewer.UntilStatus("OK");

        var (_, variable, value) = Scene.GoodKeys[0];
        foreach (var (state, status, code) in new[] { ("revoked", "invalid", "key_rejected"), ("limited", "valid_limited", "plan_limited"), ("active", "valid", null) })
        {
            scene.Simulator.SetKey("polygon", variable, value, state);
            var verify = await scene.Process.Operator.Verify("polygon");
            Assert.Equal((state, status, code), (state, verify["status"].GetValue<string>(), verify.Body!["error_code"]?.GetValue<string>()));
        }

        var seen = new HashSet<string>();
        foreach (var (fault, code) in new[]
        {
            (SimulatedFault.RateLimited, "rate_limited"),
            (SimulatedFault.Http500, "provider_error"),
            (SimulatedFault.Hang, "timeout"),
            (SimulatedFault.Drip, "timeout"),
            (SimulatedFault.Reset, "connection_reset"),
            (SimulatedFault.Redirect, "redirected"),
            (SimulatedFault.RedirectLoop, "redirected"),
            (SimulatedFault.Html, "unexpected_content"),
            (SimulatedFault.TruncatedJson, "unreadable_body"),
            (SimulatedFault.HugeBody, "body_too_large"),
        })
        {
            // A good verify first, so that nothing is closed by three doubtful ones in a row, or by a wait that a 429 asked for.
            scene.Simulator.SetFault("openai", fault);
            scene.Simulator.SetFault("polygon", fault);
            scene.SetSecret("POLYGON_API_KEY", Fresh(scene));
            var verify = await UntilVerified(scene, v => v["status"]!.GetValue<string>() == "inconclusive");
            Assert.Equal((fault, code), (fault, verify["error_code"]!.GetValue<string>()));
            Assert.Equal("CONFIGURED_NOT_CONNECTED", verify["state"]!.GetValue<string>());
            Assert.True(verify["latency_ms"]?.GetValue<int>() is null or < 60_000);
            seen.Add(code);
            scene.Simulator.SetFault("polygon", SimulatedFault.None);
        }

        Assert.Equal(8, seen.Count);
        Assert.DoesNotContain(scene.Simulator.Requests("polygon"), r => r.Trap);
    }

    [Theory]
    [InlineData(TlsFault.Untrusted)]
    [InlineData(TlsFault.Expired)]
    [InlineData(TlsFault.WrongHost)]
    public async Task BadCertificate_IsNeverTrusted(TlsFault fault)
    {
        await using var scene = await Scene.OpenAsync(s => s.Settings["ControlPlane__Integrations__polygon__BaseUrl"] = s.Simulator.TlsBaseUrl("polygon", fault));
        scene.SetGoodKeys();
        var (_, variable, _) = Scene.GoodKeys[0];
        Assert.Equal("POLYGON_API_KEY", variable);
        var verify = await UntilVerified(scene, _ => true);
        Assert.Equal(("inconclusive", "tls_failed"), (verify["status"]!.GetValue<string>(), verify["error_code"]!.GetValue<string>()));
        Assert.Empty(scene.Simulator.Requests("polygon"));
    }

    /// <summary>Another key that the simulator knows: other secrets start from never verified, and no interval holds for them.</summary>
    private static string Fresh(Scene scene)
    {
        var value = "Fresh" + Guid.NewGuid().ToString("N")[..27];
        scene.Simulator.SetKey("polygon", "POLYGON_API_KEY", value);
        return value;
    }

    private static async Task<System.Text.Json.Nodes.JsonNode> UntilVerified(Scene scene, Func<System.Text.Json.Nodes.JsonNode, bool> condition)
    {
        var end = DateTime.UtcNow.AddSeconds(60);
        while (true)
        {
            // The folder is read every moment; until it is, the old key or none answers.
            await Task.Delay(500);
            var verify = await scene.Process.Operator.Verify("polygon");
            if (verify.Body?["status"]?.GetValueKind() == System.Text.Json.JsonValueKind.String && condition(verify.Body)) return verify.Body;
            Assert.True(DateTime.UtcNow < end, "Last: " + verify.Text);
        }
    }
}
