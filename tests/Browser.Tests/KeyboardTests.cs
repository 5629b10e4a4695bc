using System.Text.RegularExpressions;
using ControlPlane.EndToEnd.Tests;
using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>A person without a mouse: whatever can be done can be done with keys, and the focus is never lost.</summary>
[Collection(WithClipboard.Name)]
public sealed class KeyboardTests(Stage stage)
{
    [Fact]
    public async Task WholeWalk_FromSignInToPalette_NeedsNoMouse()
    {
        await using var visitor = await stage.VisitAsync(token: null);
        var (page, keys) = (visitor.Page, visitor.Page.Keyboard);
        await visitor.GotoAsync("/status");
        await page.WaitForSelectorAsync("#token:enabled");
        await TabToAsync(page, "#token");
        await keys.TypeAsync(ControlPlaneProcess.OperatorToken);
        await keys.PressAsync("Enter");
        await page.WaitForSelectorAsync("html[data-live]", new PageWaitForSelectorOptions { State = WaitForSelectorState.Attached });

        await keys.PressAsync("g");
        await keys.PressAsync("c");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Connections");
        await Assertions.Expect(page.Locator("h1")).ToBeFocusedAsync();
        await keys.PressAsync("/");
        await keys.TypeAsync("polygon");
        await Assertions.Expect(visitor.Rows).ToHaveCountAsync(1);
        await TabToAsync(page, "#row-polygon");
        await keys.PressAsync("Enter");
        await Assertions.Expect(page.Locator(".drawer h2")).ToHaveTextAsync("Polygon.io (Massive)");
        await keys.PressAsync("v");
        await Assertions.Expect(visitor.Toasts).ToContainTextAsync("Verified at");
        await keys.PressAsync("y");
        await Assertions.Expect(visitor.Toasts).ToContainTextAsync("Link copied");
        Assert.Equal(page.Url, await visitor.ClipboardAsync());
        await keys.PressAsync("Escape");
        await Assertions.Expect(page.Locator(".drawer")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("#row-polygon")).ToBeFocusedAsync();

        await keys.PressAsync("g");
        await keys.PressAsync("b");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Bots");
        await keys.PressAsync("/");
        await Assertions.Expect(page.Locator("[data-filter]")).ToBeFocusedAsync();
        await TabToAsync(page, "[data-bot=atlas-mm]");
        await keys.PressAsync("ArrowDown");
        await Assertions.Expect(page.Locator("[data-bot=grid-eth]")).ToBeFocusedAsync();
        await keys.PressAsync("Home");
        await Assertions.Expect(page.Locator("[data-bot=atlas-mm]")).ToBeFocusedAsync();
        await keys.PressAsync("j");
        await Assertions.Expect(page.Locator("[data-bot=grid-eth]")).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/bots/grid-eth$"));
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("grid-eth");

        await keys.PressAsync("Shift+K");
        await Assertions.Expect(page.Locator("dialog[open]")).ToContainTextAsync("Engage the kill switch for the whole system?");
        await TabToAsync(page, "dialog[open] button:text-is('Cancel')");
        await keys.PressAsync("Enter");
        await Assertions.Expect(page.Locator("dialog[open]")).ToHaveCountAsync(0);
        Assert.DoesNotContain(visitor.Posts, path => path.EndsWith("/kill", StringComparison.Ordinal));

        await keys.PressAsync("Control+k");
        await Assertions.Expect(page.Locator("#palette input")).ToBeFocusedAsync();
        await keys.TypeAsync("hist");
        await keys.PressAsync("Enter");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("History");
        await Assertions.Expect(page.Locator("#palette")).ToBeHiddenAsync();
        await keys.PressAsync("?");
        await Assertions.Expect(page.Locator("#shortcuts")).ToBeVisibleAsync();
        await keys.PressAsync("Escape");
        await Assertions.Expect(page.Locator("#shortcuts")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task SkipLink_ComesFirst_AndEveryStopIsSeen()
    {
        await using var visitor = await stage.VisitAsync();
        await visitor.OpenAsync("/status");
        await visitor.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(visitor.Page.Locator(".skip")).ToBeFocusedAsync();
        await visitor.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(visitor.Page.Locator("#main")).ToBeFocusedAsync();
        for (var i = 0; i < 12; i++)
        {
            await visitor.Page.Keyboard.PressAsync("Tab");
            var unseen = await visitor.Page.EvaluateAsync<string?>(
                """
                () => {
                  const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();
                  if (e === document.body) return null;
                  const seen = s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2 || e.closest(":focus-within.field") !== null;
                  return seen && r.width > 0 && r.right > 0 && r.left < innerWidth ? null : e.outerHTML.slice(0, 120);
                }
                """);
            Assert.True(unseen is null, $"The focus can't be seen on {unseen}");
        }
    }

    private static async Task TabToAsync(IPage page, string selector)
    {
        var wanted = page.Locator(selector).First;
        await wanted.WaitForAsync();
        for (var i = 0; i < 80; i++)
        {
            if (await wanted.EvaluateAsync<bool>("e => e === document.activeElement")) return;
            await page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"Tab does not come to {selector}.");
    }
}
