using System.Text;
using ControlPlane.ProviderSimulator;
using ControlPlane.Testing;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>A canary in every credential field, every error path driven, everything that leaves the process searched.</summary>
public sealed class LeakTests
{
    private static readonly string[] s_providers = ["polygon", "databento", "alpaca", "tradovate", "ironbeam", "oanda", "openai", "anthropic", "discord", "supabase", "telegram", "binance", "coinbase"];

    [Fact]
    public async Task NoCanary_LeavesTheProcess_OnAnyPath()
    {
        var canaries = new CanarySet();
        await using var scene = await Scene.OpenAsync(
            s =>
            {
                s.Settings["ControlPlane__Verify__MinIntervalSeconds"] = "0";
                s.Settings["ControlPlane__Verify__TimeoutSeconds"] = "2";
                s.Settings["ControlPlane__Logging__Level"] = "Trace";
                foreach (var name in s_variables)
                {
                    var value = name switch
                    {
                        "TRADOVATE_USERNAME" or "TRADOVATE_APP_ID" or "IRONBEAM_USERNAME" => "no-secret-" + name.ToLowerInvariant(),
                        "DISCORD_WEBHOOK_URL" => $"https://discord.com/api/webhooks/1234567890123456789/{canaries.Plant(name).Value}",
                        _ => canaries.Plant(name).Value,
                    };
                    if (name.StartsWith("OPENAI", StringComparison.Ordinal)) s.Settings[name] = value;
                    else s.SetSecret(name, value);
                }
            },
            s_providers);
        var seen = new StringBuilder();
        var api = scene.Process.Operator;
        await scene.Process.Viewer.UntilStatus("BLOCKED");
        foreach (var fault in new[] { SimulatedFault.None, SimulatedFault.Http500, SimulatedFault.Html, SimulatedFault.TruncatedJson, SimulatedFault.Redirect, SimulatedFault.Reset, SimulatedFault.Hang, SimulatedFault.RateLimited })
        {
            foreach (var provider in s_providers) scene.Simulator.SetFault(provider, fault);
            seen.AppendLine((await api.Verify("*")).Text);
        }

        foreach (var provider in s_providers)
        {
            seen.AppendLine((await api.Get($"/api/integrations/{provider}")).Text);
            seen.AppendLine((await api.Get($"/api/integrations/{provider}/verifications")).Text);
            seen.AppendLine((await api.Get($"/api/integrations/{provider}/events")).Text);
        }

        // A key pasted where none belongs is no reason to give it back either.
        var pasted = canaries.Plant("PASTED").Value;
        seen.AppendLine((await api.Post("/api/integrations/polygon/secrets/check", new { values = new Dictionary<string, string> { ["POLYGON_API_KEY"] = pasted, ["NOT_KNOWN"] = pasted } })).Text);
        seen.AppendLine((await api.Verify(pasted)).Text);
        seen.AppendLine((await api.Get($"/api/integrations/{pasted}")).Text);
        seen.AppendLine((await api.Get($"/api/system/transitions?before={pasted}")).Text);
        seen.AppendLine((await api.Post($"/api/nowhere/{pasted}?token={pasted}")).Text);
        seen.AppendLine((await api.Post("/api/session", new { token = pasted })).Text);
        seen.AppendLine((await api.Put($"/api/bots/{pasted}", new { name = pasted, mode = pasted })).Text);
        seen.AppendLine((await api.Post("/api/usage-events", new { provider = "polygon", operation = $"GET /v3/quotes?apiKey={pasted}", status = "ok" })).Text);
        foreach (var path in new[] { "/api/system/status", "/api/integrations/status", "/api/system/transitions", "/api/audit", "/api/bots", "/openapi/v1.json", "/" }) seen.AppendLine((await api.Get(path)).Text);
        Assert.Equal(0, await scene.Process.TerminateAsync());

        canaries.AssertAbsent(seen.ToString(), "answers of the API");
        canaries.AssertAbsent(scene.Process.Output, "the log at its most talkative");
        foreach (var file in Directory.EnumerateFiles(scene.DataDirectory, "*", SearchOption.AllDirectories))
        {
            canaries.AssertAbsent(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken), Path.GetFileName(file));
        }

        // What is no secret stays readable, or the log would be of no use; and a redirect took no credential along.
        Assert.Contains("polygon", scene.Process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(scene.Simulator.Requests(), r => r.Trap);
    }

    private static readonly string[] s_variables =
    [
        "POLYGON_API_KEY", "DATABENTO_API_KEY", "ALPACA_API_KEY", "ALPACA_SECRET_KEY", "TRADOVATE_USERNAME", "TRADOVATE_PASSWORD", "TRADOVATE_APP_ID", "TRADOVATE_CID", "TRADOVATE_SEC",
        "IRONBEAM_USERNAME", "IRONBEAM_API_KEY", "IRONBEAM_PASSWORD", "OANDA_ACCESS_TOKEN", "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "DISCORD_WEBHOOK_URL", "SUPABASE_SECRET_KEY",
        "TELEGRAM_BOT_TOKEN", "BINANCE_API_KEY", "BINANCE_API_SECRET", "BINANCE_SECRET_KEY", "COINBASE_API_KEY", "COINBASE_API_SECRET",
    ];
}
