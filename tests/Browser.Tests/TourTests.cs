using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ControlPlane.EndToEnd.Tests;
using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>Takes the pictures of README and tour anew, from the demo as it comes.</summary>
[Collection(Alone.Name)]
[Trait("Category", "Long")]
public sealed partial class TourTests(Stage stage)
{
    [Fact(Explicit = true)]
    public async Task Pictures_AreTakenOfTheDemo()
    {
        var folder = Directory.CreateTempSubdirectory("control-plane-tour-");
        try
        {
            await using var process = await ControlPlaneProcess.StartAsync(Path.Combine(folder.FullName, "data-demo"), null, "--demo");
            await process.Viewer.UntilStatus("OK");
            var (bot, trace) = await UntilABotTradedAsync(process);
            await using var dark = await stage.VisitAsync(dark: true, address: process.Address);
            await using var light = await stage.VisitAsync(address: process.Address);
            await using var phone = await stage.VisitAsync(address: process.Address, width: 390);
            await using var darkPhone = await stage.VisitAsync(dark: true, address: process.Address, width: 390);
            await TakeAsync(dark, "/status", "status-ok-dark");
            await TakeAsync(dark, $"/bots/{bot}", "bot-dark");
            await TakeAsync(phone, $"/bots/{bot}", "phone-bot-light");
            await TakeAsync(dark, "/connections?sort=proof", "connections-dark");
            await TakeAsync(light, "/connections/polygon", "connection-light");
            await TakeAsync(light, $"/traces/{trace}", "trace-light");
            await light.OpenAsync($"/bots/{bot}");
            await light.Page.Keyboard.PressAsync("Shift+K");
            await light.Page.WaitForSelectorAsync("#kill[open]");
            await light.PictureAsync("tour-kill-light");

            await BreakAsync(process, "http_503");
            await process.Viewer.UntilStatus("BLOCKED");
            await TakeAsync(light, "/status", "status-light");
            await TakeAsync(darkPhone, "/status", "phone-status-dark");
            var moment = (await process.Viewer.Get("/api/system/transitions?limit=1"))["items"][0]!["at"]!.GetValue<string>();
            await TakeAsync(dark, $"/history?t={Uri.EscapeDataString(moment)}", "history-dark");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task TakeAsync(Visitor visitor, string path, string name)
    {
        await visitor.OpenAsync(path);
        await Assertions.Expect(visitor.Page.Locator("main .skeleton")).ToHaveCountAsync(0);
        await visitor.PictureAsync($"tour-{name}");
    }

    private static async Task<(string Bot, string Trace)> UntilABotTradedAsync(ControlPlaneProcess process)
    {
        // Some minutes' worth of trades make a page that is worth a look.
        await Task.Delay(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        var end = DateTime.UtcNow.AddMinutes(5);
        while (true)
        {
            foreach (var row in (await process.Viewer.Get("/api/bots"))["bots"].AsArray())
            {
                var id = row!["bot_id"]!.GetValue<string>();
                var decisions = (await process.Viewer.Get($"/api/bots/{id}/decisions?limit=20"))["items"].AsArray();
                if (decisions.Count >= 5 && decisions.Select(TraceOf).FirstOrDefault(found => found is not null) is { } trace) return (id, trace);
            }

            Assert.True(DateTime.UtcNow < end, "No bot of the demo traded.");
            await Task.Delay(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        }
    }

    private static string? TraceOf(JsonNode? decision) => decision!["trace_id"]?.GetValue<string>();

    private static async Task BreakAsync(ControlPlaneProcess process, string fault)
    {
        using var http = new HttpClient();
        using var body = new StringContent($$"""{"fault":"{{fault}}"}""", Encoding.UTF8, "application/json");
        using var answer = await http.PutAsync(new Uri($"{SimulatorAddress().Match(process.Output).Groups[1].Value}/_control/faults/polygon"), body, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode);
    }

    [GeneratedRegex(@"SIM=(http://127\.0\.0\.1:\d+)")]
    private static partial Regex SimulatorAddress();
}
