using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>What the demo shows of the gateway by itself: observed calls, a refused order and a fenced runner, while the system stays well.</summary>
public sealed partial class DemoGatewayTests : IAsyncDisposable
{
    private const string Careless = "demo-careless";

    private static readonly Dictionary<string, string[]> s_bots = new()
    {
        ["demo-momentum"] = ["alpaca", "polygon"],
        ["demo-mean-reversion"] = ["alpaca", "polygon"],
        ["demo-advised"] = ["alpaca", "openai", "polygon"],
        [Careless] = ["alpaca", "polygon"],
    };

    private static readonly HttpClient s_http = new();
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("control-plane-demo-");

    [Fact]
    public async Task Demo_ByItself_ObservesEveryCallAndRefusesWhatIsAgainstTheRules()
    {
        await using var process = await ControlPlaneProcess.StartAsync(Path.Combine(_root.FullName, "data-demo"), null, "--demo");
        var viewer = process.Viewer;
        await viewer.UntilStatus("OK");

        foreach (var (bot, providers) in s_bots)
        {
            foreach (var provider in providers)
                await Wait.UntilAsync(async () => (await EventsAsync(viewer, provider)).Any(e => Text(e, "bot_id") == bot && Text(e, "source") == "observed"), () => $"a call of {bot} to {provider} was observed", 180);
            await Wait.UntilAsync(async () => (await ItemsAsync(viewer, $"/api/bots/{bot}/trades")).Any(t => t["closed_at"] is not null), () => $"{bot} has traded", 180);
        }

        // Nothing reaches a provider beside the gateway: a bot that held a key would be seen by what it reports.
        foreach (var provider in (string[])["alpaca", "openai", "polygon"])
        {
            Assert.All(await EventsAsync(viewer, provider), static e => Assert.Equal("observed", Text(e, "source")));
            var gateway = (await viewer.Get($"/api/integrations/{provider}"))["gateway"];
            Assert.True(gateway["observed_24h"]!.GetValue<long>() > 0);
            Assert.Equal(0, gateway["reported_24h"]!.GetValue<long>());
        }

        await AssertOrdersAreTheGatewaysAsync(viewer);
        await AssertRefusedAsync(viewer);
        await AssertFencedAsync(process);

        // What the careless bot does costs nobody else anything.
        await viewer.UntilStatus("OK");
        Assert.DoesNotContain(await ItemsAsync(process.Operator, "/api/alerts?limit=50"), static a => Text(a, "subject") == $"bot/{Careless}" && Text(a, "kind") != "bot_blind");
    }

    [Fact]
    public async Task BlockedDemo_ReadsOn_LeavesItsPositions_AndOpensNothing()
    {
        await using var process = await ControlPlaneProcess.StartAsync(Path.Combine(_root.FullName, "data-demo"), null, "--demo");
        var viewer = process.Viewer;
        await viewer.UntilStatus("OK");

        // With prices that stand still no bot leaves what it holds.
        JsonNode? open = null;
        await Wait.UntilAsync(
            async () =>
            {
                if ((open = await OpenTradeAsync(viewer)) is null) return false;
                await PutAsync(process, "market", new { frozen = true });
                await Task.Delay(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
                if (await OpenTradeAsync(viewer) is { } still && Text(still, "trade_id") == Text(open, "trade_id")) return true;
                await PutAsync(process, "market", new { frozen = false });
                return false;
            },
            () => "a bot holds a position while prices stand still",
            180);
        await PutAsync(process, "faults/openai", new { fault = "http_503" });
        await viewer.UntilStatus("BLOCKED");
        var (blockedAt, before) = (DateTimeOffset.UtcNow, await ObservedAsync(viewer));

        await PutAsync(process, "market", new { frozen = false });
        await Wait.UntilAsync(
            async () => (await ItemsAsync(viewer, "/api/bots/demo-momentum/trades?limit=500")).Any(t => Text(t, "trade_id") == Text(open!, "trade_id") && t["closed_at"]?.GetValue<DateTimeOffset>() > blockedAt),
            () => "the position was left while the system was blocked");
        await Wait.UntilAsync(async () => await ObservedAsync(viewer) > before + 20, () => "the bots read on");
        Assert.Equal("BLOCKED", (await viewer.Status())["system_status"].GetValue<string>());
        foreach (var bot in s_bots.Keys)
        {
            var orders = await ItemsAsync(viewer, $"/api/bots/{bot}/orders?limit=500");
            Assert.DoesNotContain(orders, o => Text(o, "intent") == "open" && o["granted_at"]!.GetValue<DateTimeOffset>() > blockedAt);
        }
    }

    public ValueTask DisposeAsync()
    {
        _root.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Each trade names grants that the gateway sent under ids of the bot's own.</summary>
    private static async Task AssertOrdersAreTheGatewaysAsync(ApiClient viewer)
    {
        foreach (var bot in s_bots.Keys)
        {
            var orders = await ItemsAsync(viewer, $"/api/bots/{bot}/orders?limit=500");
            Assert.NotEmpty(orders);
            Assert.All(orders, static o => Assert.Equal("alpaca", Text(o, "provider")));
            var decisions = (await ItemsAsync(viewer, $"/api/bots/{bot}/decisions?limit=500")).Select(static d => Text(d, "decision_id")).ToHashSet();
            Assert.All(orders.TakeLast(3), o => Assert.Contains(Text(o, "client_order_id"), decisions));
            var trades = await ItemsAsync(viewer, $"/api/bots/{bot}/trades");
            Assert.All(trades, t => Assert.Contains(orders, o => Text(o, "order_id") == Text(t, "order_id")));
        }
    }

    /// <summary>An order beyond a limit of the careless bot, with its operation, its decision and its cycle under one trace id.</summary>
    private static async Task AssertRefusedAsync(ApiClient viewer)
    {
        JsonNode? refused = null;
        var newest = "";
        await Wait.UntilAsync(
            async () =>
            {
                newest = (await viewer.Get($"/api/bots/{Careless}/no-trades?limit=5")).Text;
                return (refused = await NoTradeAsync(viewer, "max_order_notional")) is not null;
            },
            () => $"an order beyond the limit was refused; the newest refusals: {newest}",
            240);
        var reason = refused!["reasons"]![0]!;
        Assert.Equal("RISK_LIMIT", Text(reason, "code"));
        Assert.StartsWith("alpaca POST /v2/orders: ", Text(reason, "detail"), StringComparison.Ordinal);
        Assert.True(reason["actual"]!.GetValue<decimal>() > reason["threshold"]!.GetValue<decimal>());

        var trace = Text(refused, "trace_id");
        var kinds = (await ItemsAsync(viewer, $"/api/traces/{trace}")).Select(static i => Text(i, "kind")).ToArray();
        foreach (var kind in (string[])["decision", "no_trade", "cycle", "usage_event"]) Assert.Contains(kind, kinds);
        Assert.DoesNotContain(await EventsAsync(viewer, "alpaca"), e => Text(e, "trace_id") == trace && Text(e, "operation") == "POST /v2/orders");
    }

    private static async Task AssertFencedAsync(ControlPlaneProcess process)
    {
        JsonNode? fenced = null;
        await Wait.UntilAsync(async () => (fenced = await NoTradeAsync(process.Viewer, "LEASE_FENCED")) is not null, () => "the order of a replaced runner was refused", 240);
        Assert.StartsWith("alpaca POST /v2/orders: ", Text(fenced!["reasons"]![0]!, "detail"), StringComparison.Ordinal);
        await Wait.UntilAsync(() => Task.FromResult(process.Output.Contains("a runner that was replaced sent an order", StringComparison.Ordinal)), () => "the log tells of the fenced runner");
        Assert.DoesNotContain("passed the order of a replaced runner", process.Output, StringComparison.Ordinal);
        var runner = (await process.Viewer.Get($"/api/bots/{Careless}"))["runner"];
        Assert.Equal("RUNNING", runner["state"]!.GetValue<string>());
    }

    private static async Task<JsonNode?> OpenTradeAsync(ApiClient viewer) =>
        (await ItemsAsync(viewer, "/api/bots/demo-momentum/trades?limit=5")).FirstOrDefault(static t => t["closed_at"] is null);

    private static async Task<long> ObservedAsync(ApiClient viewer) => (await viewer.Get("/api/integrations/polygon"))["gateway"]["observed_24h"]!.GetValue<long>();

    private static async Task PutAsync(ControlPlaneProcess process, string path, object order)
    {
        using var answer = await s_http.PutAsJsonAsync($"{SimulatorAddress().Match(process.Output).Groups["address"].Value}/_control/{path}", order, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode);
    }

    [GeneratedRegex(@"simulated at (?<address>http://127\.0\.0\.1:\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SimulatorAddress();

    private static async Task<JsonNode?> NoTradeAsync(ApiClient viewer, string rule) =>
        (await ItemsAsync(viewer, $"/api/bots/{Careless}/no-trades?limit=500")).FirstOrDefault(n => n["reasons"]!.AsArray().Any(r => Text(r!, "rule") == rule));

    private static Task<JsonNode[]> EventsAsync(ApiClient viewer, string provider) => ItemsAsync(viewer, $"/api/integrations/{provider}/events?limit=500");

    /// <summary>None of what is not known yet.</summary>
    private static async Task<JsonNode[]> ItemsAsync(ApiClient viewer, string path) => (await viewer.Get(path)).Body?["items"] is JsonArray items ? [.. items.Select(static i => i!)] : [];

    private static string? Text(JsonNode node, string name) => node[name]?.GetValue<string>();
}
