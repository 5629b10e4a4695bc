using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>A thousand connections whose counters never rest.</summary>
public sealed class BurdenTests(Stage stage)
{
    private const int Rows = 1000;
    private const int UpdatesPerSecond = 50;
    private static readonly TimeSpan s_watched = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task ThousandRows_AtFiftyUpdatesASecond_DrawFewNodesAndRarely()
    {
        await using var visitor = await stage.VisitAsync();
        var tap = new HubTap { Snapshot = Multiply };
        await tap.OnAsync(visitor.Page);
        await visitor.OpenAsync("/connections?sort=provider");
        await Assertions.Expect(visitor.Page.Locator("#count")).ToHaveTextAsync($"{Rows} of {Rows}");
        Assert.InRange(await visitor.Rows.CountAsync(), 10, 80);

        var cdp = await visitor.Page.Context.NewCDPSessionAsync(visitor.Page);
        await cdp.SendAsync("Performance.enable", new Dictionary<string, object> { ["timeDomain"] = "threadTicks" });
        await visitor.Page.EvaluateAsync(
            """
            () => {
              window.drawn = 0;
              new MutationObserver(() => window.drawn++).observe(document.querySelector("tbody"), { subtree: true, childList: true, characterData: true, attributes: true });
            }
            """);
        var (before, from) = (await TaskSecondsAsync(cdp), DateTime.UtcNow);
        for (var i = 0; DateTime.UtcNow - from < s_watched; i++)
        {
            tap.Send("usage", "usage", Usage($"load-{i * 7 % Rows:0000}", i));
            var due = from.AddSeconds((i + 1) / (double)UpdatesPerSecond) - DateTime.UtcNow;
            if (due > TimeSpan.Zero) await Task.Delay(due, TestContext.Current.CancellationToken);
        }

        var share = (await TaskSecondsAsync(cdp) - before) / (DateTime.UtcNow - from).TotalSeconds;
        var nodes = await visitor.Page.EvaluateAsync<int>("() => document.getElementsByTagName('*').length");
        TestContext.Current.SendDiagnosticMessage("1,000 rows at 50 updates a second: {0:P1} of the main thread, {1} elements", share, nodes);
        TestContext.Current.TestOutputHelper?.WriteLine($"main thread {share:P1}, {nodes} elements");
        Assert.InRange(nodes, 1, 6000);

        // At most one drawing each 250 ms: each may change several cells, but is seen at once.
        Assert.InRange(await visitor.Page.EvaluateAsync<int>("() => window.drawn"), 1, (int)(s_watched.TotalSeconds * 5) + 5);
        await visitor.Page.EvaluateAsync("() => { document.getElementById('connections-scroll').scrollTop = 20000; }");
        await Assertions.Expect(visitor.Page.Locator("#row-load-0560")).ToBeVisibleAsync();
        Assert.InRange(await visitor.Rows.CountAsync(), 10, 80);
    }

    private static void Multiply(JsonNode snapshot)
    {
        var pattern = TruthTests.Row(snapshot, "polygon").ToJsonString();
        var rows = new JsonArray();
        for (var i = 0; i < Rows; i++)
        {
            var row = JsonNode.Parse(pattern)!;
            (row["provider"], row["name"]) = ($"load-{i:0000}", $"Load {i:0000}");
            rows.Add(row);
        }

        snapshot["integrations"] = rows;
    }

    private static JsonObject Usage(string provider, int i) => new()
    {
        ["provider"] = provider, ["last_used_at"] = DateTimeOffset.UtcNow.ToString("O"), ["last_used_by_bot_id"] = "grid-eth",
        ["proof_of_use_count_24h"] = 1000 + i, ["error_count_24h"] = 0, ["error_rate_15m"] = 0, ["unavailable"] = new JsonArray(),
    };

    private static async Task<double> TaskSecondsAsync(ICDPSession cdp)
    {
        var metrics = (await cdp.SendAsync("Performance.getMetrics"))!.Value.GetProperty("metrics");
        return metrics.EnumerateArray().Single(metric => metric.GetProperty("name").GetString() == "TaskDuration").GetProperty("value").GetDouble();
    }
}
