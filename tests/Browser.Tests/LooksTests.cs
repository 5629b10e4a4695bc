using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>Every view, dark and light, wide and narrow: no accessibility violation, no sideways scroll, and a picture of it.</summary>
public sealed class LooksTests(Stage stage)
{
    private static readonly (string Name, string Path)[] s_views =
    [
        ("status", "/status"),
        ("connections", "/connections"),
        ("connection", "/connections/polygon"),
        ("bots", "/bots"),
        ("bot", "/bots/grid-eth"),
        ("history", "/history"),
        ("alerts", "/alerts"),
        ("audit", "/audit"),
    ];

    [Theory]
    [InlineData(1440)]
    [InlineData(390)]
    public async Task Views_HaveNoViolation_AndFit(int width)
    {
        var trace = (await stage.Scene.Process.Operator.Post("/api/integrations/verify", new { provider = "oanda" }))["trace_id"].GetValue<string>();
        await using var visitor = await stage.VisitAsync(width: width);
        await visitor.OpenAsync("/status");
        foreach (var (name, path) in s_views.Append(("trace", $"/traces/{trace}")))
        {
            await visitor.GoAsync(path);
            if (name == "connection") await visitor.Page.WaitForSelectorAsync("#how-title");
            if (name == "trace") await visitor.Page.WaitForSelectorAsync("table.traced");
            await Assertions.Expect(visitor.Page.Locator("main .skeleton")).ToHaveCountAsync(0);
            await BothThemesAsync(visitor, $"{name}-{width}");
            await FitsAsync(visitor, name);
            if (name != "connection" && await visitor.Page.Locator(".chooser summary:visible").CountAsync() > 0)
            {
                await visitor.Page.ClickAsync(".chooser summary");
                await visitor.PictureAsync($"{name}-columns-{width}");
                await FitsAsync(visitor, $"{name} with the choice of columns");
                await visitor.Page.ClickAsync(".chooser summary");
            }

            if (width <= 390 && name != "connection") Assert.True(await visitor.Page.Locator(".rail .place[href=status]").IsVisibleAsync());
        }

        // What lies over a view counts as one.
        foreach (var (name, key, open) in new[] { ("kill", "Shift+K", "dialog[open]"), ("palette", "Control+k", "#palette[open]"), ("shortcuts", "?", "#shortcuts[open]") })
        {
            await visitor.Page.Keyboard.PressAsync(key);
            await visitor.Page.WaitForSelectorAsync(open);
            await BothThemesAsync(visitor, $"{name}-{width}", open);
            await FitsAsync(visitor, open);
            await visitor.Page.Keyboard.PressAsync("Escape");
            await Assertions.Expect(visitor.Page.Locator("dialog[open]")).ToHaveCountAsync(0);
        }

        await visitor.Page.EvaluateAsync("() => Blazor.navigateTo('/no-such-view')");
        await Assertions.Expect(visitor.Page.Locator("main")).ToContainTextAsync("There is no such view.");
        await BothThemesAsync(visitor, $"no-such-view-{width}");
        await using var stranger = await stage.VisitAsync(width: width, token: null);
        await stranger.GotoAsync("/status");
        await stranger.Page.WaitForSelectorAsync("#token:enabled");
        await BothThemesAsync(stranger, $"sign-in-{width}");
        await FitsAsync(stranger, "sign-in");
    }

    [Fact]
    public async Task Theme_FollowsTheDevice_AndWhatThePersonChose()
    {
        await using var visitor = await stage.VisitAsync(dark: true);
        await visitor.OpenAsync("/status");
        await Assertions.Expect(visitor.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await visitor.Page.Keyboard.PressAsync("t");
        await Assertions.Expect(visitor.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "light");
        await visitor.Page.ReloadAsync();
        await Assertions.Expect(visitor.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "light");
    }

    /// <summary>Text of twice the size and nothing else, as the browser's own setting makes it: the page's boxes grow with their words.</summary>
    [Fact]
    public async Task TextAloneOfTwiceTheSize_IsKeptAndNotCut()
    {
        await using var browser = await stage.LaunchAsync("--blink-settings=defaultFontSize=32");
        await using var visitor = await stage.VisitAsync(browser: browser);
        await visitor.OpenAsync("/status");
        Assert.Equal("32px", await visitor.Page.EvaluateAsync<string>("() => getComputedStyle(document.documentElement).fontSize"));
        Assert.Equal("26px", await visitor.Page.EvaluateAsync<string>("() => getComputedStyle(document.body).fontSize"));
        await using var plain = await stage.VisitAsync();
        await plain.OpenAsync("/status");
        foreach (var (name, path) in s_views)
        {
            foreach (var one in new[] { plain, visitor })
            {
                await one.GoAsync(path);
                if (name == "connection") await one.Page.WaitForSelectorAsync("#how-title");
                await Assertions.Expect(one.Page.Locator("main .skeleton")).ToHaveCountAsync(0);
            }

            await visitor.PictureAsync($"text-200-{name}-1440");
            await FitsAsync(visitor, $"{name} with text of 200 %");
            var cut = await visitor.Page.EvaluateAsync<string[]>(
                """
                () => [...document.querySelectorAll("h1, h2, h3, main .btn, main .pill, main .chip, main p, main dd, main dt, main li")]
                  .filter(e => e.getClientRects().length > 0 && !e.classList.contains("sr") && getComputedStyle(e).display !== "inline")
                  .filter(e => (getComputedStyle(e).overflowX !== "visible" && e.scrollWidth > e.clientWidth + 1) || (e.matches(".btn, .pill, .chip") && e.scrollHeight > e.clientHeight + 1))
                  .map(e => e.textContent.trim().slice(0, 40))
                """);
            Assert.True(cut.Length == 0, $"{name} cuts: {string.Join("; ", cut)}");
            if (path.StartsWith("/connections", StringComparison.Ordinal) || path == "/bots") continue;
            var left = (await WordsAsync(visitor)).ToHashSet(StringComparer.Ordinal);
            Assert.All(await WordsAsync(plain), word => Assert.True(left.Contains(word), $"{name} with text of 200 % has lost \"{word}\"."));
        }
    }

    /// <summary>A browser's zoom of 200 % halves the page's width in its own pixels and doubles their size.</summary>
    [Fact]
    public async Task TextOfTwiceTheSize_KeepsAllContent()
    {
        await using var visitor = await stage.VisitAsync();
        await visitor.OpenAsync("/status");
        foreach (var (name, path) in s_views)
        {
            await visitor.Page.SetViewportSizeAsync(1440, 900);
            await visitor.GoAsync(path);
            if (name == "connection") await visitor.Page.WaitForSelectorAsync("#how-title");
            await Assertions.Expect(visitor.Page.Locator("main .skeleton")).ToHaveCountAsync(0);
            var words = await WordsAsync(visitor);
            Assert.NotEmpty(words);
            await visitor.Page.SetViewportSizeAsync(720, 450);
            await FitsAsync(visitor, $"{name} at 200 %");
            var left = (await WordsAsync(visitor)).ToHashSet(StringComparer.Ordinal);

            // Columns drop out by design where the drawer has them all; a drawer lies over its table.
            if (path.StartsWith("/connections", StringComparison.Ordinal) || path == "/bots") continue;
            Assert.All(words, word => Assert.True(left.Contains(word), $"{name} at 200 % has lost \"{word}\"."));
        }
    }

    [Fact]
    public async Task ForcedColours_KeepBordersAndIcons()
    {
        await using var visitor = await stage.VisitAsync();
        await visitor.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ForcedColors = ForcedColors.Active });
        await visitor.OpenAsync("/status");
        foreach (var (name, path) in s_views)
        {
            await visitor.GoAsync(path);
            await Assertions.Expect(visitor.Page.Locator("main .skeleton")).ToHaveCountAsync(0);
            await visitor.PictureAsync($"forced-{name}-1440");
            var without = await visitor.Page.EvaluateAsync<string[]>(
                """
                () => [...document.querySelectorAll(".pill, .btn, .chip, .lead, .card")].filter(e => {
                  const s = getComputedStyle(e);
                  return e.offsetWidth > 0 && (s.borderTopStyle === "none" || parseFloat(s.borderTopWidth) === 0 || s.borderTopColor === getComputedStyle(document.body).backgroundColor);
                }).map(e => e.className + ": " + e.textContent.trim().slice(0, 30))
                """);
            Assert.True(without.Length == 0, $"{name} has no border around {string.Join("; ", without.Take(5))}");
            var icons = await visitor.Page.EvaluateAsync<string[]>(
                """
                () => {
                  const paper = getComputedStyle(document.body).backgroundColor;
                  return [...document.querySelectorAll(".pill .icon")].filter(i => i.getBoundingClientRect().width > 0 && getComputedStyle(i).color === paper).map(i => i.parentElement.textContent.trim());
                }
                """);
            Assert.True(icons.Length == 0, $"{name} has icons that can't be seen: {string.Join(", ", icons)}");
        }
    }

    /// <summary>The page is the same in both: only its colours change.</summary>
    private static async Task BothThemesAsync(Visitor visitor, string name, string? within = null)
    {
        foreach (var theme in new[] { "light", "dark" })
        {
            await visitor.Page.EvaluateAsync("theme => { document.documentElement.dataset.theme = theme; }", theme);
            await visitor.PictureAsync($"{name}-{theme}");
            if (within is not null) await visitor.Page.WaitForSelectorAsync(within);
            await AxeFindsNothingAsync(visitor, $"{name}-{theme}");
        }
    }

    internal static async Task AxeFindsNothingAsync(Visitor visitor, string where)
    {
        var found = await visitor.Page.RunAxe(new AxeRunOptions { ResultTypes = [ResultType.Violations] });
        Assert.True(found.Violations.Length == 0, $"{where}: " + string.Join("; ", found.Violations.Select(Told)));
    }

    internal static async Task FitsAsync(Visitor visitor, string where)
    {
        Assert.True(await visitor.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth === innerWidth"), $"{where} scrolls sideways.");
        var outside = await visitor.Page.EvaluateAsync<string[]>(
            "() => [...document.querySelectorAll('.pill, main .btn')].filter(p => { const r = p.getBoundingClientRect(); return r.width > 0 && p.checkVisibility() && !p.classList.contains('sr') && (r.left < 0 || r.right > innerWidth); }).map(p => p.textContent)");
        Assert.True(outside.Length == 0, $"{where} has outside: {string.Join(", ", outside)}");
    }

    /// <summary>Headings, terms and labels that are drawn.</summary>
    private static Task<string[]> WordsAsync(Visitor visitor) => visitor.Page.EvaluateAsync<string[]>(
        "() => [...document.querySelectorAll('main h1, main h2, main h3, main dt, main .pill, main .gates .name, main button')].filter(e => e.getClientRects().length > 0 && !/\\d/.test(e.textContent)).map(e => e.textContent.trim()).filter(t => t)");

    private static string Told(AxeResultItem violation) => $"{violation.Id}: {string.Join(" | ", violation.Nodes.Select(node => node.Html).Take(3))}";
}
