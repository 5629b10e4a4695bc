using ControlPlane.EndToEnd.Tests;
using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>From BLOCKED to OK and back, seen without a reload.</summary>
public sealed class StoryTests(Stage stage)
{
    [Fact]
    public async Task BlockedToOkAndBack_IsSeenWithoutAReload()
    {
        await using var scene = await Scene.OpenAsync(s => s.Settings["ControlPlane__Verify__MinIntervalSeconds"] = "0");
        await using var visitor = await stage.VisitAsync(address: scene.Process.Address);
        await visitor.OpenAsync("/status");
        var word = visitor.Page.Locator(".lead .word");
        await Assertions.Expect(word).ToHaveTextAsync("BLOCKED");
        await Assertions.Expect(visitor.Page.Locator(".blocker")).ToHaveCountAsync(3);
        await Assertions.Expect(visitor.Page.Locator(".path li").First).ToBeVisibleAsync();
        await visitor.PictureAsync("status-blocked-light-1440");

        scene.SetGoodKeys();
        await Assertions.Expect(word).ToHaveTextAsync("OK", new LocatorAssertionsToHaveTextOptions { Timeout = 60_000 });
        await Assertions.Expect(visitor.Page.Locator(".blocker")).ToHaveCountAsync(0);
        await Assertions.Expect(visitor.Page.Locator("section[aria-labelledby=blockers-title]")).ToContainTextAsync("Last one cleared at");

        scene.Revoke("polygon");
        await visitor.Page.ClickAsync(".place[href=connections]");
        await visitor.Page.ClickAsync("#row-polygon button:text-is('Verify')");
        await Assertions.Expect(visitor.Toasts).ToContainTextAsync("Verify failed");
        await Assertions.Expect(visitor.Page.Locator("#row-polygon .pill")).ToHaveTextAsync("Not connected");
        await visitor.Page.ClickAsync(".place[href=status]");
        await Assertions.Expect(word).ToHaveTextAsync("BLOCKED");
        await Assertions.Expect(visitor.Page.Locator(".gates li").First).ToContainTextAsync("fails");
    }
}
