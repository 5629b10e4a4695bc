using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>Every view, dark and light, wide and narrow: no accessibility violation, no sideways scroll, and a picture of it.</summary>
public sealed class LooksTests(Stage stage)
{
    public static TheoryData<string, string> Views => new()
    {
        { "status", "/status" },
        { "connections", "/connections" },
        { "connection", "/connections/polygon" },
        { "bots", "/bots" },
        { "bot", "/bots/grid-eth" },
        { "history", "/history" },
        { "audit", "/audit" },
    };

    [Theory]
    [MemberData(nameof(Views))]
    public async Task View_HasNoViolation_AndFits(string name, string path)
    {
        foreach (var (dark, width) in new[] { (false, 1440), (true, 1440), (false, 390), (true, 390) })
        {
            await using var visitor = await stage.VisitAsync(dark, width);
            await visitor.OpenAsync(path);
            if (name == "connection") await visitor.Page.WaitForSelectorAsync("#how-title");
            await visitor.PictureAsync($"{name}-{(dark ? "dark" : "light")}-{width}");
            var found = await visitor.Page.RunAxe(new AxeRunOptions { ResultTypes = [ResultType.Violations] });
            Assert.True(found.Violations.Length == 0, $"{name}, {(dark ? "dark" : "light")}, {width}: " + string.Join("; ", found.Violations.Select(v => $"{v.Id}: {string.Join(" | ", v.Nodes.Select(n => n.Html).Take(3))}")));
            Assert.Equal(width, await visitor.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
            if (width > 390) continue;
            if (name != "connection") Assert.True(await visitor.Page.Locator(".rail .place[href=status]").IsVisibleAsync());
            Assert.True(await visitor.Page.EvaluateAsync<bool>("() => [...document.querySelectorAll('.pill')].every(p => { const r = p.getBoundingClientRect(); return r.width === 0 || (r.left >= 0 && r.right <= innerWidth); })"));
        }
    }
}
