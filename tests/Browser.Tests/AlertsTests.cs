using ControlPlane.EndToEnd.Tests;
using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>What a person sees of alerts: the bell, the tab, the view, and an acknowledgement.</summary>
public sealed class AlertsTests(Stage stage)
{
    [Fact]
    public async Task Alert_IsInBellTabAndView_AndIsAcknowledgedThere()
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
        await page.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).First.ClickAsync();
        await page.Locator("#ack[open] input").FillAsync("on it");
        await LooksAsync(visitor, "alerts-ack-1440");
        await page.Locator("#ack[open] button[type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator(".alerts").First).ToContainTextAsync("Acknowledged by operator: on it");
        await Assertions.Expect(page).ToHaveTitleAsync("BLOCKED · Alerts · Control Plane");
        await receiver.UntilSaid("acknowledged kill_engaged system");

        await page.GetByRole(AriaRole.Button, new() { Name = "Test pager" }).ClickAsync();
        await Assertions.Expect(visitor.Toasts).ToContainTextAsync("Not delivered: pager (refused)");
        await scene.Process.Operator.Post("/api/system/release", new { reason = "seen" });
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Nothing is wrong that anybody would be told of.");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Acknowledged by operator.");
        await LooksAsync(visitor, "alerts-over-1440");
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
