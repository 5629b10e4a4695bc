using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ControlPlane.EndToEnd.Tests;
using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>From BLOCKED to OK and back, seen without a reload, each change soon after its cause.</summary>
public sealed partial class StoryTests(Stage stage)
{
    // A second on a quiet machine, which the printed figures tell of; here others may have the processor.
    private const double GenerousMs = 10_000;
    private const string Word = ".lead .word";

    private readonly List<(string Change, double Ms)> _seen = [];

    [Fact]
    public async Task BlockedToOkAndBack_IsSeenWithoutAReload_SoonAfterEachCause()
    {
        await using var scene = await Scene.OpenAsync(s => s.Settings["ControlPlane__Verify__MinIntervalSeconds"] = "0");
        await using var visitor = await stage.VisitAsync(address: scene.Process.Address);
        var watch = await Watch.OnAsync(visitor.Page);
        await visitor.OpenAsync("/status");
        var word = visitor.Page.Locator(Word);
        await Assertions.Expect(word).ToHaveTextAsync("BLOCKED");
        await Assertions.Expect(visitor.Page.Locator(".blocker")).ToHaveCountAsync(3);
        await Assertions.Expect(visitor.Page.Locator(".path li").First).ToBeVisibleAsync();
        await visitor.PictureAsync("status-blocked-light-1440");
        await visitor.Page.EvaluateAsync("() => { window.neverReloaded = true; }");

        await MeasureAsync(watch, "three keys set, until OK", Word, "OK", () =>
        {
            scene.SetGoodKeys();
            return Task.CompletedTask;
        });
        await Assertions.Expect(visitor.Page.Locator(".blocker")).ToHaveCountAsync(0);
        await Assertions.Expect(visitor.Page.Locator("section[aria-labelledby=blockers-title]")).ToContainTextAsync("Last one cleared at");

        await MeasureAsync(watch, "kill switch engaged, until BLOCKED", Word, "BLOCKED", () => scene.Process.Operator.Post("/api/system/kill", new { reason = "Story" }));
        await MeasureAsync(watch, "kill switch released, until OK", Word, "OK", () => scene.Process.Operator.Post("/api/system/release", new { reason = "Story" }));

        scene.Revoke("polygon");
        await visitor.Page.ClickAsync(".place[href=connections]");
        await MeasureAsync(
            watch, "Verify clicked on a revoked key, until Not connected", "#row-polygon .pill", "Not connected", () => visitor.Page.ClickAsync("#row-polygon button:text-is('Verify')"));
        await Assertions.Expect(visitor.Toasts).ToContainTextAsync("Verify failed");
        await visitor.Page.ClickAsync(".place[href=status]");
        await Assertions.Expect(word).ToHaveTextAsync("BLOCKED");
        await Assertions.Expect(visitor.Page.Locator(".gates li").First).ToContainTextAsync("fails");

        scene.SetGoodKeys();
        await MeasureAsync(
            watch, "key mended and verified, until OK", Word, "OK", () => scene.Process.Operator.Post("/api/integrations/verify", new { provider = "polygon" }));
        Assert.True(await visitor.Page.EvaluateAsync<bool>("() => window.neverReloaded === true"));
        TellWorst();
    }

    [Fact]
    public async Task Demo_BreaksAndMends_IsSeenSoonAfterEachTransition()
    {
        var folder = Directory.CreateTempSubdirectory("control-plane-story-");
        try
        {
            await using var process = await ControlPlaneProcess.StartAsync(Path.Combine(folder.FullName, "data-demo"), null, "--demo");
            await process.Viewer.UntilStatus("OK");
            await using var visitor = await stage.VisitAsync(address: process.Address);
            var watch = await Watch.OnAsync(visitor.Page);
            await visitor.OpenAsync("/status");
            var word = visitor.Page.Locator(Word);
            await Assertions.Expect(word).ToHaveTextAsync("OK");
            var broken = DateTimeOffset.UtcNow;
            await watch.ForAsync("BLOCKED", Word, "BLOCKED");
            await SwitchAsync(process, "http_503");
            await TransitionIsSeenAsync(process, watch, "BLOCKED", broken);

            // Calls that failed meanwhile may leave it degraded for a while: what matters is that it no longer blocks.
            var mended = DateTimeOffset.UtcNow;
            foreach (var status in new[] { "DEGRADED", "OK" }) await watch.ForAsync(status, Word, status);
            await SwitchAsync(process, "none");
            await Assertions.Expect(word).Not.ToHaveTextAsync("BLOCKED", new LocatorAssertionsToHaveTextOptions { Timeout = 90_000 });
            await TransitionIsSeenAsync(process, watch, (await word.InnerTextAsync()).Trim(), mended);
            TellWorst();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task SwitchAsync(ControlPlaneProcess process, string fault)
    {
        using var http = new HttpClient();
        using var body = new StringContent($$"""{"fault":"{{fault}}"}""", Encoding.UTF8, "application/json");
        var simulator = SimulatorAddress().Match(process.Output).Groups[1].Value;
        using var answer = await http.PutAsync(new Uri($"{simulator}/_control/faults/polygon"), body, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode);
    }

    /// <summary>The cause that a page can know of is the transition; finding the fault is the product's own matter.</summary>
    private async Task TransitionIsSeenAsync(ControlPlaneProcess process, Watch watch, string to, DateTimeOffset since)
    {
        var seen = await watch.SeenAsync(to);
        var at = (await process.Viewer.Get("/api/system/transitions?limit=100"))["items"].AsArray()
            .Where(row => row!["to"]!.GetValue<string>() == to)
            .Select(row => DateTimeOffset.Parse(row!["at"]!.GetValue<string>(), CultureInfo.InvariantCulture))
            .Where(at => at >= since)
            .Min();
        Note($"demo: transition until {to}", seen - at);
    }

    private async Task MeasureAsync(Watch watch, string change, string selector, string text, Func<Task> cause)
    {
        await watch.ForAsync(change, selector, text);
        var at = DateTimeOffset.UtcNow;
        await cause();
        Note(change, await watch.SeenAsync(change) - at);
    }

    private void Note(string change, TimeSpan took)
    {
        _seen.Add((change, took.TotalMilliseconds));
        FiguresTests.Tell(change, [took.TotalMilliseconds], "ms");
        Assert.InRange(took.TotalMilliseconds, -50, GenerousMs);
    }

    private void TellWorst() => FiguresTests.Tell("from cause to sight", _seen.Select(seen => seen.Ms), "ms");

    [GeneratedRegex(@"SIM=(http://127\.0\.0\.1:\d+)")]
    private static partial Regex SimulatorAddress();
}
