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
        ("audit", "/audit"),
    ];

    [Theory]
    [InlineData(false, 1440)]
    [InlineData(true, 1440)]
    [InlineData(false, 390)]
    [InlineData(true, 390)]
    public async Task Views_HaveNoViolation_AndFit(bool dark, int width)
    {
        await using var visitor = await stage.VisitAsync(dark, width);
        await visitor.OpenAsync("/status");
        foreach (var (name, path) in s_views)
        {
            var where = $"{name}-{(dark ? "dark" : "light")}-{width}";
            await visitor.GoAsync(path);
            if (name == "connection") await visitor.Page.WaitForSelectorAsync("#how-title");
            await Assertions.Expect(visitor.Page.Locator("main .skeleton")).ToHaveCountAsync(0);
            await visitor.PictureAsync(where);
            var found = await visitor.Page.RunAxe(new AxeRunOptions { ResultTypes = [ResultType.Violations] });
            Assert.True(found.Violations.Length == 0, $"{where}: " + string.Join("; ", found.Violations.Select(Told)));
            Assert.True(width == await visitor.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"), $"{where} scrolls sideways.");
            if (width > 390) continue;
            if (name != "connection") Assert.True(await visitor.Page.Locator(".rail .place[href=status]").IsVisibleAsync());
            Assert.True(await visitor.Page.EvaluateAsync<bool>("() => [...document.querySelectorAll('.pill')].every(p => { const r = p.getBoundingClientRect(); return r.width === 0 || (r.left >= 0 && r.right <= innerWidth); })"), $"{where} has a pill outside.");
        }

        if (width <= 390) return;
        await visitor.Page.Keyboard.PressAsync("Shift+K");
        await visitor.Page.WaitForSelectorAsync("dialog[open]");
        var dialog = await visitor.Page.RunAxe(new AxeRunOptions { ResultTypes = [ResultType.Violations] });
        Assert.True(dialog.Violations.Length == 0, "kill dialog: " + string.Join("; ", dialog.Violations.Select(Told)));
    }

    private static string Told(AxeResultItem violation) => $"{violation.Id}: {string.Join(" | ", violation.Nodes.Select(node => node.Html).Take(3))}";
}
