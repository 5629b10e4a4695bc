using ControlPlane.EndToEnd.Tests;
using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>What a person sees of alerts: the bell, the tab, the view, and an acknowledgement.</summary>
public sealed class AlertsTests(Stage stage)
{
    [Fact]
    public async Task Alert_IsInBellTabAndView_AndIsAcknowledged_ByKeyboardAndByPhone()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        await using var scene = await Scene.OpenAsync(s =>
        {
            receiver.Tell(s);
            s.Settings["ControlPlane__Alerts__Channels__pager__Kind"] = "webhook";
            s.Settings["ControlPlane__Alerts__Channels__pager__Url"] = $"{receiver.Url}/nobody-is-here";
            s.SetGoodKeys();
        });
        await scene.Process.Operator.UntilStatus("DEGRADED");
        await scene.Process.Operator.Put("/api/bots/grid-eth", new { name = "grid-eth" });
        await using var visitor = await stage.VisitAsync(address: scene.Process.Address);
        await visitor.OpenAsync("/alerts");
        var page = visitor.Page;
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Nothing is wrong that anybody would be told of.");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("refused since");
        await Assertions.Expect(page).ToHaveTitleAsync("DEGRADED · Alerts · Control Plane");

        await scene.Process.Operator.Post("/api/system/kill", new { reason = "the look of alerts" });
        await Assertions.Expect(page.Locator(".alerts tbody .name").First).ToContainTextAsync("Kill switch engaged");
        await Assertions.Expect(page).ToHaveTitleAsync("(1) BLOCKED · Alerts · Control Plane");
        await Assertions.Expect(page.Locator(".rail .place[href=alerts] .count")).ToContainTextAsync("1");
        Assert.StartsWith("data:image/svg+xml", await page.Locator("link[rel=icon]").GetAttributeAsync("href"), StringComparison.Ordinal);
        await Assertions.Expect(page.Locator(".alerts").First).ToContainTextAsync("hook: delivered");
        await Assertions.Expect(page.Locator(".alerts").First).ToContainTextAsync("pager: trying again: refused");
        await LooksAsync(visitor, "alerts-open-1440");
        await using var phone = await stage.VisitAsync(address: scene.Process.Address, width: 390);
        await phone.OpenAsync("/alerts");
        await Assertions.Expect(phone.Page.Locator(".alerts tbody .name").First).ToContainTextAsync("Kill switch engaged");
        await LooksAsync(phone, "alerts-open-390");

        // The tab keeps its words over a change of view.
        await visitor.GoAsync("/status");
        await Assertions.Expect(page).ToHaveTitleAsync("(1) BLOCKED · System status · Control Plane");
        await visitor.GoAsync("/alerts");
        await AcknowledgeAsync(scene, visitor, "system", "on it, by keyboard");
        await Assertions.Expect(page.Locator(".alerts").First).ToContainTextAsync("Acknowledged by operator: on it, by keyboard");
        await Assertions.Expect(page).ToHaveTitleAsync("BLOCKED · Alerts · Control Plane");
        await receiver.UntilSaid("acknowledged kill_engaged system");

        await scene.Process.Operator.Post("/api/bots/grid-eth/kill", new { reason = "another one" });
        await AcknowledgeAsync(scene, phone, "bot/grid-eth", "on it, by phone");
        await receiver.UntilSaid("acknowledged kill_engaged bot/grid-eth");
        foreach (var one in new[] { visitor, phone })
        {
            await Hands.PressAsync(one, one.Page.GetByRole(AriaRole.Button, new() { Name = "Test pager" }));
            await Assertions.Expect(one.Toasts).ToContainTextAsync("Not delivered: pager (refused)");
            await Hands.PressAsync(one, one.Page.GetByRole(AriaRole.Button, new() { Name = "Test hook" }));
            await Assertions.Expect(one.Toasts).ToContainTextAsync("The test arrived at hook.");
            await Hands.PressAsync(one, one.Page.GetByRole(AriaRole.Button, new() { Name = "Test all channels" }));
            await Hands.UntilAsync(() => Task.FromResult(receiver.Taken.Count(taken => AlertReceiver.Event(taken.Body) == "test") == (one == visitor ? 2 : 4)));
        }

        await scene.Process.Operator.Post("/api/bots/grid-eth/release", new { reason = "seen" });
        await scene.Process.Operator.Post("/api/system/release", new { reason = "seen" });
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Nothing is wrong that anybody would be told of.");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Acknowledged by operator.");
        await LooksAsync(visitor, "alerts-over-1440");
    }

    private static async Task AcknowledgeAsync(Scene scene, Visitor visitor, string subject, string reason)
    {
        var alert = visitor.Page.Locator("section[aria-labelledby=open-title] tbody tr").Filter(new LocatorFilterOptions { HasText = "Kill switch engaged" })
            .Filter(new LocatorFilterOptions { Has = visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }) });
        await Assertions.Expect(alert).ToHaveCountAsync(1);
        await Hands.PressAsync(visitor, alert.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }));
        await Assertions.Expect(visitor.Page.Locator("#ack[open] button[type=submit]")).ToBeDisabledAsync();
        await LooksAsync(visitor, $"alerts-ack-{visitor.Page.ViewportSize!.Width}");
        await Hands.FillAsync(visitor, reason);
        await Hands.UntilAsync(async () => (await scene.Process.Viewer.Get("/api/alerts?state=open"))["items"].AsArray().Any(row =>
            row!["subject"]!.GetValue<string>() == subject && row["kind"]!.GetValue<string>() == "kill_engaged" && row["acknowledged_by"]?.GetValue<string>() == "operator" && row["acknowledge_reason"]?.GetValue<string>() == reason));
    }

    private static async Task LooksAsync(Visitor visitor, string name)
    {
        foreach (var theme in new[] { "light", "dark" })
        {
            await visitor.Page.EvaluateAsync("theme => { document.documentElement.dataset.theme = theme; }", theme);
            await visitor.PictureAsync($"{name}-{theme}");
            await LooksTests.AxeFindsNothingAsync(visitor, $"{name}-{theme}");
        }

        await LooksTests.FitsAsync(visitor, name);
    }
}
