using System.Diagnostics;
using ControlPlane.Testing;

namespace ControlPlane.EndToEnd.Tests.Otlp;

/// <summary>What a collector gets of the running program.</summary>
public sealed class OtlpTests
{
    [Fact]
    public async Task Collector_GetsOurSpansAndMetrics_AndNoSecret()
    {
        await using var collector = await OtlpCollector.StartAsync();
        var secrets = new CanarySet();
        var key = secrets.Plant("POLYGON_API_KEY");
        var asked = secrets.Plant("QUERY");
        await using var scene = await Scene.OpenAsync(s =>
        {
            s.Settings["ControlPlane__Telemetry__Otlp__Endpoint"] = collector.Address;
            s.Settings["OTEL_METRIC_EXPORT_INTERVAL"] = "500";
            s.Settings["OTEL_BSP_SCHEDULE_DELAY"] = "200";
        });
        scene.SetGoodKeys();
        scene.Simulator.SetKey("polygon", "POLYGON_API_KEY", key.Value);
        scene.SetSecret("POLYGON_API_KEY", key.Value);
        await scene.Process.Viewer.UntilStatus("OK");
        await scene.Process.Runner.Post("/api/usage-events", new { provider = "polygon", operation = $"GET /x?key={asked.Value}", status = "ok" });
        await scene.Process.Operator.Post("/api/integrations/polygon/test-call");
        await scene.Process.Viewer.Get($"/api/{asked.Value}?key={asked.Value}");

        await UntilAsync(() => collector.SpanNames.Contains("verify") && collector.SpanNames.Contains("usage commit"), "our own spans");
        await UntilAsync(() => collector.SpanNames.Any(name => name.Contains("api/usage-events", StringComparison.Ordinal)), "spans of requests");
        await UntilAsync(
            () => collector.MetricNames.Contains("controlplane.system.status") && collector.MetricNames.Contains("controlplane.usage.events"), "our metrics");
        foreach (var message in collector.Messages) secrets.AssertAbsent(message, "what the collector got");
        Assert.All(
            Scene.GoodKeys.Select(k => k.Value).Append(ControlPlaneProcess.OperatorToken).Append(ControlPlaneProcess.RunnerToken),
            value => Assert.DoesNotContain(collector.Messages, message => message.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(value)) >= 0));
    }

    // On the real clock: the program exports by its own.
    private static async Task UntilAsync(Func<bool> condition, string what)
    {
        var waiting = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(waiting.Elapsed < TimeSpan.FromSeconds(60), $"The collector did not get them within 60 s: {what}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
