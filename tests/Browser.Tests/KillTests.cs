using ControlPlane.EndToEnd.Tests;
using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>Killing is easy, releasing is hard.</summary>
public sealed class KillTests(Stage stage)
{
    [Fact]
    public async Task ShiftK_AsksInEveryView_AndActsOnNothing()
    {
        await using var visitor = await stage.VisitAsync();
        await visitor.OpenAsync("/status");
        foreach (var view in new[] { "/status", "/connections", "/bots", "/history", "/audit" })
        {
            await visitor.GoAsync(view);
            await visitor.Page.Keyboard.PressAsync("Shift+K");
            await Assertions.Expect(visitor.Page.Locator("dialog[open]")).ToContainTextAsync("kill switch");
            await visitor.Page.Keyboard.PressAsync("Escape");
            await Assertions.Expect(visitor.Page.Locator("dialog[open]")).ToHaveCountAsync(0);
        }

        // By the palette, with an Enter that is held down: it opens the dialog and doesn't send it.
        await visitor.Page.Keyboard.PressAsync("Control+k");
        await visitor.Page.Locator("#palette[open] input").FillAsync("Rehearse a kill");
        await Assertions.Expect(visitor.Page.Locator("#palette [role=option]").First).ToContainTextAsync("Rehearse a kill");
        await visitor.Page.Keyboard.DownAsync("Enter");
        await visitor.Page.Locator("dialog[open]:not(#palette) h2").WaitForAsync();
        for (var i = 0; i < 3; i++) await visitor.Page.Keyboard.DownAsync("Enter");
        await visitor.Page.Keyboard.UpAsync("Enter");
        await visitor.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(visitor.Page.Locator("dialog[open]")).ToHaveCountAsync(0);
        Assert.DoesNotContain(visitor.Posts, path => path.Contains("kill", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Enter_EngagesOnce_AndReleaseNeedsTheNameAndAReason()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.Process.Operator.Put("/api/bots/grid-eth", new { name = "grid-eth" });
        await using var visitor = await stage.VisitAsync(address: scene.Process.Address);
        await visitor.OpenAsync("/bots/grid-eth");
        await visitor.Page.Keyboard.PressAsync("Shift+K");
        var dialog = visitor.Page.Locator("dialog[open]");
        await Assertions.Expect(dialog).ToContainTextAsync("Engage the kill switch for the whole system?");
        await dialog.Locator("input[value=bot]").CheckAsync();
        await Assertions.Expect(dialog).ToContainTextAsync("Engage the kill switch for grid-eth?");
        await visitor.PictureAsync("kill-light-1440");
        await visitor.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(visitor.Page.GetByText("have acknowledged").First).ToBeVisibleAsync();
        Assert.Single(visitor.Posts, path => path == "/api/bots/grid-eth/kill");
        Assert.True((await scene.Process.Viewer.Get("/api/bots/grid-eth"))["kill_switch"]["engaged"]!.GetValue<bool>());
        await visitor.Page.Keyboard.PressAsync("Escape");

        await visitor.Page.Locator("button:has-text('Release')").First.ClickAsync();
        var release = visitor.Page.Locator("dialog[open]");
        var door = release.Locator(".doors button:has-text('Release')");
        var fields = release.Locator("input, textarea");
        await Assertions.Expect(door).ToBeDisabledAsync();
        await fields.Nth(0).FillAsync("grid-et");
        await fields.Nth(1).FillAsync("Reviewed.");
        await Assertions.Expect(door).ToBeDisabledAsync();
        await fields.Nth(0).FillAsync("grid-eth");
        await Assertions.Expect(door).ToBeEnabledAsync();
        await fields.Nth(1).FillAsync("");
        await Assertions.Expect(door).ToBeDisabledAsync();
        await fields.Nth(1).FillAsync("Reviewed.");
        await door.ClickAsync();
        var end = DateTime.UtcNow.AddSeconds(30);
        while ((await scene.Process.Viewer.Get("/api/bots/grid-eth"))["kill_switch"]["engaged"]!.GetValue<bool>())
        {
            Assert.True(DateTime.UtcNow < end, "It was not released.");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }
}
