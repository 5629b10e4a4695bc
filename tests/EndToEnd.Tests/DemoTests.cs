using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>The demo as a new user sees it: one command, four bots that trade and explain themselves, a provider that breaks and is mended.</summary>
public sealed partial class DemoTests(ITestOutputHelper output) : IAsyncDisposable
{
    private const string RealKey = "ARealKeyThatTheDemoMustNotTouch1";
    private static readonly string[] s_bots = ["demo-momentum", "demo-mean-reversion", "demo-advised", "demo-careless"];
    private static readonly HttpClient s_http = new();
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("control-plane-demo-");

    private string Folder => Path.Combine(_root.FullName, "data-demo");

    [Fact]
    public async Task Demo_FromNothing_TradesExplainsBreaksAndMends()
    {
        var clock = Stopwatch.StartNew();
        var environment = new Dictionary<string, string> { ["POLYGON_API_KEY"] = RealKey };
        await using var process = await ControlPlaneProcess.StartAsync(Folder, environment, "--demo");
        var viewer = process.Viewer;

        foreach (var bot in s_bots)
        {
            // Before it is registered, it is not known.
            await Until(async () => (await viewer.Get($"/api/bots/{bot}")).Body?["runner"]?["state"]?.GetValue<string>() == "RUNNING", $"{bot} runs");
            await Until(async () => Items(await viewer.Get($"/api/bots/{bot}/trades")).Any(static t => t["closed_at"] is not null), $"{bot} has traded");
            await Until(async () => Items(await viewer.Get($"/api/bots/{bot}/no-trades")).Length > 0, $"{bot} has told why it did not trade");
        }

        // What the promise of 20 seconds rests on; a busy machine may take longer, and this test does not evaluate it.
        output.WriteLine($"Four bots ran, traded and explained themselves {clock.Elapsed.TotalSeconds:F1} s after the start of the process.");
        await AssertIsMarkedAndMadeUp(process);
        await AssertTracesJoin(viewer);

        await SwitchAsync(process, "polygon", "http_503");
        await viewer.UntilStatus("BLOCKED");
        await AssertOneStory(process);

        await SwitchAsync(process, "polygon", "none");

        // First the verify, then as many good calls in a row as the error rate asks for.
        await viewer.UntilStatus("OK", 120);
        await AssertGoesOn(process);
        Assert.Equal(0, await process.TerminateAsync());
    }

    [Fact]
    public async Task Demo_OnDataThatIsNoDemos_IsRefused()
    {
        Directory.CreateDirectory(Folder);
        await File.WriteAllTextAsync(Path.Combine(Folder, "controlplane.db"), "real", TestContext.Current.CancellationToken);
        var (exitCode, text) = await ControlPlaneProcess.RunToEndAsync(Folder, null, "--demo");

        Assert.Equal(2, exitCode);
        Assert.Contains("ControlPlane__DataDirectory", text, StringComparison.Ordinal);
        Assert.DoesNotContain("listening", text, StringComparison.Ordinal);
        Assert.Equal(["controlplane.db"], Directory.EnumerateFileSystemEntries(Folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task DataOfADemo_WithoutTheSwitch_IsRefused()
    {
        await using (await ControlPlaneProcess.StartAsync(Folder, null, "--demo"))
        {
            // Its folder is marked now.
        }

        var (exitCode, text) = await ControlPlaneProcess.RunToEndAsync(Folder);
        Assert.Equal(2, exitCode);
        Assert.Contains("ControlPlane__DataDirectory", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ControlPlane__Role", "FrontEnd")]
    [InlineData("ConnectionStrings__ControlPlane", "Host=127.0.0.1;Password=never-to-be-shown")]
    public async Task Demo_WithASettingThatIsNotForIt_IsRefused(string key, string value)
    {
        var (exitCode, text) = await ControlPlaneProcess.RunToEndAsync(Folder, new Dictionary<string, string> { [key] = value }, "--demo");
        Assert.Equal(2, exitCode);
        Assert.Contains(key, text, StringComparison.Ordinal);
        Assert.DoesNotContain("never-to-be-shown", text, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public async Task Demo_CannotBeClaimedByASetting()
    {
        await using var process = await ControlPlaneProcess.StartAsync(Folder, new Dictionary<string, string> { ["ControlPlane__Demo"] = "true" });
        Assert.False((await process.Viewer.Status())["demo"].GetValue<bool>());
    }

    public ValueTask DisposeAsync()
    {
        _root.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private static async Task AssertIsMarkedAndMadeUp(ControlPlaneProcess process)
    {
        Assert.True((await process.Viewer.Status())["demo"].GetValue<bool>());
        Assert.Contains("DEMO", process.Output, StringComparison.Ordinal);
        Assert.All((await process.Viewer.Get("/api/bots"))["bots"].AsArray(), static b => Assert.StartsWith("DEMO", b!["name"]!.GetValue<string>(), StringComparison.Ordinal));

        // The key of the environment is not the one in use, and is not shown either.
        var variables = (await process.Viewer.Get("/api/integrations/polygon"))["required_env_vars"].AsArray();
        var masked = variables.Single(static v => v!["name"]!.GetValue<string>() == "POLYGON_API_KEY")!["masked"]!.GetValue<string>();
        Assert.NotEqual(RealKey[^4..], masked[^4..]);
        Assert.DoesNotContain(RealKey, process.Output, StringComparison.Ordinal);
        var row = await process.Viewer.Row("polygon");
        Assert.Equal("CONNECTED", row["state"]!.GetValue<string>());
        Assert.StartsWith("demo-", row["last_used_by_bot_id"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    /// <summary>A decision, its trade and the calls to providers that were made for it carry one trace id.</summary>
    private static async Task AssertTracesJoin(ApiClient viewer)
    {
        var decision = Items(await viewer.Get("/api/bots/demo-momentum/decisions?limit=500")).Last(static d => d["action"]!.GetValue<string>() is "buy" or "sell" && d["trade"] is not null);
        var trace = decision["trace_id"]!.GetValue<string>();
        Assert.Equal(trace, decision["trade"]!["trace_id"]!.GetValue<string>());
        Assert.InRange(decision["confidence"]!.GetValue<double>(), 0, 1);
        Assert.NotEmpty(decision["rationale"]!.GetValue<string>());
        await Until(async () => Items(await viewer.Get("/api/integrations/alpaca/events?limit=500")).Any(e => e["trace_id"]?.GetValue<string>() == trace), "the order is in the usage events");
    }

    /// <summary>Gate, bots, heartbeats, no-trades and transitions say the same.</summary>
    private static async Task AssertOneStory(ControlPlaneProcess process)
    {
        var viewer = process.Viewer;
        var status = await viewer.Status();
        Assert.Equal(("HALTED", "False"), (status["trading_state"].GetValue<string>(), status["autonomy_gates"]["dataFeedsHealthy"]!["status"]!.GetValue<string>()));
        Assert.Contains(status["blockers"].AsArray(), static b => b!["provider"]?.GetValue<string>() == "polygon");
        var blockedAt = DateTimeOffset.UtcNow;

        foreach (var bot in s_bots)
        {
            await Until(async () => (await viewer.Get($"/api/bots/{bot}"))["readiness"].GetValue<string>() == "BLOCKED", $"{bot} is blocked");

            // One that holds a position goes on looking for its exit, and its feed gives it nothing.
            await Until(async () => NewestReason(await viewer.Get($"/api/bots/{bot}/no-trades?limit=1")) is "GATE_BLOCKED" or "DATA_MISSING", $"{bot} says that the gate is closed, or that its feed is gone");
            Assert.Equal("HALT", await DirectiveAsync(process, bot));
        }

        // Long enough for four bots to have traded, had they been free to.
        await Task.Delay(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        foreach (var bot in s_bots)
        {
            var after = blockedAt.AddSeconds(2);
            Assert.DoesNotContain(Items(await viewer.Get($"/api/bots/{bot}/trades")), t => t["opened_at"]!.GetValue<DateTimeOffset>() > after);
        }

        Assert.Equal("BLOCKED", await NewestTransitionAsync(viewer, "system"));
        Assert.Equal("False", await NewestTransitionAsync(viewer, "dataFeedsHealthy"));
    }

    private static async Task AssertGoesOn(ControlPlaneProcess process)
    {
        var mendedAt = DateTimeOffset.UtcNow;
        await Until(
            async () =>
            {
                var trades = await Task.WhenAll(s_bots.Select(bot => process.Viewer.Get($"/api/bots/{bot}/trades")));
                return trades.SelectMany(Items).Any(t => t["opened_at"]!.GetValue<DateTimeOffset>() > mendedAt);
            },
            "some bot trades again");
        foreach (var bot in s_bots) await Until(async () => await DirectiveAsync(process, bot) == "CONTINUE", $"{bot} may go on");
        Assert.Equal("OK", await NewestTransitionAsync(process.Viewer, "system"));
        Assert.Equal("True", await NewestTransitionAsync(process.Viewer, "dataFeedsHealthy"));
    }

    /// <summary>What the bot's own runner is told: a heartbeat in its name, which harms nothing.</summary>
    private static async Task<string?> DirectiveAsync(ControlPlaneProcess process, string bot)
    {
        var runner = (await process.Viewer.Get($"/api/bots/{bot}"))["runner"];
        var beat = await process.Runner.Post($"/api/bots/{bot}/runner/heartbeat", new { runner_id = runner["runner_id"]!.GetValue<string>(), epoch = runner["epoch"]!.GetValue<long>() });
        return beat.Body!["directive"]?.GetValue<string>();
    }

    private static async Task SwitchAsync(ControlPlaneProcess process, string provider, string fault)
    {
        var simulator = SimulatorAddress().Match(process.Output).Groups["address"].Value;
        using var answer = await s_http.PutAsJsonAsync($"{simulator}/_control/faults/{provider}", new { fault });
        Assert.True(answer.IsSuccessStatusCode);
    }

    private static async Task<string?> NewestTransitionAsync(ApiClient viewer, string subject) =>
        Items(await viewer.Get("/api/system/transitions?limit=500")).First(t => t["subject"]!.GetValue<string>() == subject)["to"]!.GetValue<string>();

    private static JsonNode[] Items(ApiAnswer answer) => [.. answer["items"].AsArray().Select(static i => i!)];

    private static string? NewestReason(ApiAnswer answer) => Items(answer).FirstOrDefault()?["reasons"]![0]!["code"]!.GetValue<string>();

    /// <summary>Waits on the real clock, for the program does.</summary>
    private static async Task Until(Func<Task<bool>> condition, string what, double seconds = 90)
    {
        for (var end = DateTime.UtcNow.AddSeconds(seconds); !await condition(); await Task.Delay(250))
            Assert.True(DateTime.UtcNow < end, $"Not within {seconds} s: {what}.");
    }

    [GeneratedRegex(@"simulated at (?<address>http://127\.0\.0\.1:\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SimulatorAddress();
}
