using System.Diagnostics;
using System.Net;

namespace ControlPlane.EndToEnd.Tests;

public sealed class MetricsTests
{
    [Fact]
    public async Task Metrics_NeedAToken_PleasePromtool_AndHoldNoSecret()
    {
        await using var scene = await Scene.OpenAsync();
        scene.SetGoodKeys();
        await scene.Process.Viewer.UntilStatus("OK");
        await scene.Process.Runner.Post("/api/usage-events", new { provider = "polygon", operation = "GET /x?key=canary-in-a-query", status = "error", bot_id = "canary-bot" });
        await scene.Process.Operator.Post("/api/integrations/polygon/test-call");
        Assert.Equal(HttpStatusCode.Unauthorized, (await scene.Process.Anonymous.Get("/metrics")).Status);

        var metrics = (await scene.Process.Viewer.Get("/metrics")).Text;
        string[] expected =
        [
            "controlplane_system_status", "controlplane_gate_healthy", "controlplane_gate_evaluations_total", "controlplane_gate_lease_seconds", "controlplane_provider_connected",
            "controlplane_verifications_total", "controlplane_usage_events_total", "controlplane_usage_client_dropped_total", "controlplane_store_up", "controlplane_runner_leases",
            "orleans_grains", "http_server_request_duration_seconds_count", "kestrel_active_connections",
        ];
        Assert.All(expected, name => Assert.Contains($"\n{name}{{", metrics, StringComparison.Ordinal));
        Assert.Matches("controlplane_usage_client_dropped_total\\{[^}]*reason=\"full\"[^}]*\\} 0\n", metrics);
        Assert.DoesNotContain("canary", metrics, StringComparison.Ordinal);
        Assert.All(Scene.GoodKeys, key => Assert.DoesNotContain(key.Value, metrics, StringComparison.Ordinal));
        await AssertPromtoolIsPleased(metrics);
    }

    private static async Task AssertPromtoolIsPleased(string metrics)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (folders.Select(f => Path.Combine(f, "promtool")).FirstOrDefault(File.Exists) is not { } path)
        {
            TestContext.Current.SendDiagnosticMessage("promtool is not installed; the format was not checked by it.");
            return;
        }

        using var tool = Process.Start(new ProcessStartInfo(path, ["check", "metrics"]) { RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true })!;
        await tool.StandardInput.WriteAsync(metrics);
        tool.StandardInput.Close();
        var said = await tool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken) + await tool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await tool.WaitForExitAsync(TestContext.Current.CancellationToken);

        // Orleans names its own metrics, without help and in milliseconds. A form that can't be read ends with 1.
        var ours = said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith("orleans_", StringComparison.Ordinal));
        Assert.True(tool.ExitCode is 0 or 3 && !ours.Any(), said);
    }
}
