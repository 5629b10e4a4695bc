using System.Text.RegularExpressions;
using ControlPlane.EndToEnd.Tests;
using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>Who else must be able to use the page: a finger, a printer, and whoever names a bot at length.</summary>
[Collection(WithActs.Name)]
public sealed class ReachTests(Stage stage, ActsScene acts)
{
    /// <summary>WCAG 2.5.8 asks for 24 px; links within a sentence may be smaller.</summary>
    private const int LeastTarget = 24;

    /// <summary>The longest that the API takes.</summary>
    private const int LongestName = 100;

    [Fact]
    public async Task Phone_EveryTargetIsLargeEnoughForAFinger()
    {
        await using var visitor = await stage.VisitAsync(width: Hands.Phone);
        await visitor.OpenAsync("/status");
        var found = new List<string>();
        foreach (var path in new[] { "/status", "/connections", "/connections/polygon", "/bots", "/bots/grid-eth", "/history", "/alerts", "/audit" })
        {
            await visitor.GoAsync(path);
            await Assertions.Expect(visitor.Page.Locator("main .skeleton")).ToHaveCountAsync(0);
            var small = await visitor.Page.EvaluateAsync<string[]>(
                """
                least => [...document.querySelectorAll("button, summary, select, [role=option], a.btn, a.tag, a.place, a.name, .trace a, label:has(input[type=checkbox]), label:has(input[type=radio])")]
                  .filter(e => e.checkVisibility() && e.getClientRects().length > 0 && !e.closest("thead") && !e.classList.contains("skip") && !e.classList.contains("sr"))
                  .map(e => [e, e.getBoundingClientRect()]).filter(([, r]) => r.width < least || r.height < least)
                  .map(([e, r]) => `${e.tagName} ${e.className} ${e.textContent.trim().slice(0, 30)}: ${r.width.toFixed(1)} x ${r.height.toFixed(1)}`)
                """, LeastTarget);
            found.AddRange(small.Distinct().Take(8).Select(target => $"{path}: {target}"));
        }

        Assert.True(found.Count == 0, string.Join("\n", found));
    }

    [Theory]
    [InlineData(Hands.Desk)]
    [InlineData(Hands.Phone)]
    public async Task LongestName_FitsEverywhere(int width)
    {
        var scene = await acts.ReadyAsync();
        var (id, name) = (new string('l', 64), new string('W', LongestName));
        var registered = await scene.Process.Operator.Put($"/api/bots/{id}", new { name, requires = new[] { "polygon" } });
        Assert.True(registered.Status == System.Net.HttpStatusCode.OK, registered.Text);
        await using var visitor = await stage.VisitAsync(address: scene.Process.Address, width: width);
        await visitor.OpenAsync("/status");
        foreach (var path in new[] { "/status", "/bots", $"/bots/{id}", "/connections/polygon", "/audit" })
        {
            await visitor.GoAsync(path);
            await Assertions.Expect(visitor.Page.Locator("main .skeleton")).ToHaveCountAsync(0);
            await visitor.PictureAsync($"long-{path.Split('/')[1]}{path.Length % 7}-{width}");
            await LooksTests.FitsAsync(visitor, $"{path} with the longest name");
        }

        await visitor.GoAsync($"/bots/{id}");
        if (width == Hands.Phone) await visitor.Page.Locator(".top .kill").TapAsync();
        else await visitor.Page.Keyboard.PressAsync("Shift+K");
        var dialog = visitor.Page.Locator("#kill[open]");
        await Assertions.Expect(dialog).ToContainTextAsync(name);
        await visitor.PictureAsync($"long-kill-{width}");
        Assert.True(await dialog.EvaluateAsync<bool>("d => d.scrollWidth <= d.clientWidth && d.getBoundingClientRect().right <= innerWidth"), "The kill dialog does not hold the longest name.");
    }

    /// <summary>On paper there is the whole view, dark on white, and nothing that can be pressed.</summary>
    [Fact]
    public async Task Print_HasTheWholeView_AndNoControls()
    {
        await using var visitor = await stage.VisitAsync(dark: true);
        await visitor.OpenAsync("/status");
        foreach (var path in new[] { "/status", "/bots/grid-eth", "/connections/polygon", "/audit" })
        {
            await visitor.GoAsync(path);
            await Assertions.Expect(visitor.Page.Locator("main .skeleton")).ToHaveCountAsync(0);
            await visitor.Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
            await visitor.PictureAsync($"print-{path.Split('/')[1]}");
            var wrong = await visitor.Page.EvaluateAsync<string[]>(
                """
                () => {
                  const seen = e => e.checkVisibility() && e.getClientRects().length > 0;
                  const pressed = [...document.querySelectorAll(".rail, .btn, .chip, .toasts, .field")].filter(seen).map(e => `${e.className} is printed`);
                  const cut = [...document.querySelectorAll("main .page, main .scroll, .drawer")].filter(e => seen(e) && e.scrollHeight > e.clientHeight + 1 && getComputedStyle(e).overflowY !== "visible").map(e => `${e.className} is cut`);
                  const text = document.querySelector("h1");
                  const light = c => { const [r, g, b] = c.match(/[\d.]+/g).map(Number); return (r + g + b) / 3; };
                  const dark = light(getComputedStyle(text).color) > 120 ? ["the title is pale"] : [];
                  const paper = light(getComputedStyle(document.body).backgroundColor) < 230 ? ["the paper is dark"] : [];
                  return [...pressed, ...cut, ...dark, ...paper];
                }
                """);
            Assert.True(wrong.Length == 0, $"{path}: {string.Join("; ", wrong.Distinct().Take(8))}");
            await LooksTests.AxeFindsNothingAsync(visitor, $"{path} on paper, from the dark theme");
            await visitor.Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Screen });
        }
    }

    /// <summary>The zone is chosen once; History and Audit then have absolute times in it, after a reload too.</summary>
    [Fact]
    public async Task Times_AreAbsolute_InTheZoneThatWasChosen()
    {
        await using var visitor = await stage.VisitAsync();
        await visitor.OpenAsync("/history");
        var zone = visitor.Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Times in ") });
        if (await zone.GetAttributeAsync("aria-pressed") != "true") await Hands.PressAsync(visitor, zone);
        await Assertions.Expect(zone).ToHaveTextAsync("Times in UTC");
        await visitor.OpenAsync("/audit");
        await Assertions.Expect(zone).ToHaveTextAsync("Times in UTC");
        foreach (var path in new[] { "/audit", "/history" })
        {
            await visitor.GoAsync(path);
            await visitor.Page.Locator("table.data tbody tr time").First.WaitForAsync();
            var times = await visitor.Page.EvaluateAsync<string[][]>("() => [...document.querySelectorAll('table.data tbody tr time')].map(t => [t.textContent, t.dateTime])");
            Assert.All(times, time => Assert.Equal(DateTimeOffset.Parse(time[1], System.Globalization.CultureInfo.InvariantCulture).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture), time[0].Trim()));
        }
    }
}
