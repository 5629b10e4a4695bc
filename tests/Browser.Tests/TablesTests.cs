using ControlPlane.EndToEnd.Tests;
using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>Every table of the page: its order, its columns at any width, its form on a phone, and many rows.</summary>
public sealed class TablesTests(Stage stage)
{
    private const string Chooser = "main details.chooser";

    [Theory]
    [InlineData(1440)]
    [InlineData(1024)]
    [InlineData(390)]
    public async Task EveryTable_HasAllItsColumns_WithoutMovingThePage(int width)
    {
        var trace = (await stage.Scene.Process.Operator.Post("/api/integrations/verify", new { provider = "oanda" }))["trace_id"].GetValue<string>();
        await stage.Scene.Process.Runner.Post("/api/bots/grid-eth/decisions", new { symbol = "ETHUSD", action = "buy", rationale = "The spread is wide enough to pay for both sides of the trade.", variables = new { spread_bps = 12.5, min_pause_ms = 1000 }, confidence = 0.62, model = "grid-3" });
        await stage.Scene.Process.Runner.Post("/api/bots/grid-eth/no-trades", new { symbol = "ETHUSD", reasons = new[] { new { code = "RISK_LIMIT", rule = "max_order_notional", threshold = 2500, actual = 2713.5, detail = "The order would be too large." } } });
        await using var visitor = await stage.VisitAsync(width: width);
        await visitor.OpenAsync("/status");
        foreach (var (name, path, least) in new[]
        {
            ("status", "/status", 1), ("connections", "/connections", 1), ("drawer", "/connections/polygon", 2), ("bots", "/bots", 1), ("bot", "/bots/grid-eth", 3),
            ("history", "/history", 1), ("alerts", "/alerts", 1), ("audit", "/audit", 1), ("trace", $"/traces/{trace}", 1),
        })
        {
            await visitor.GoAsync(path);
            await Assertions.Expect(visitor.Page.Locator("main .skeleton")).ToHaveCountAsync(0);
            if (name is "bot" or "trace" or "audit" or "history") await visitor.Page.Locator("main table.data tbody tr").First.WaitForAsync();
            if (name == "drawer") await visitor.Page.Locator(".drawer table.events").WaitForAsync();
            await visitor.PictureAsync($"table-{name}-{width}");
            var choosers = visitor.Page.Locator(name == "drawer" ? ".drawer details.chooser" : Chooser);
            var count = await choosers.CountAsync();
            Assert.True(count >= least, $"{name} has {count} choices of columns.");
            for (var i = 0; i < count; i++) await ShowAllAsync(choosers.Nth(i));
            await visitor.PictureAsync($"table-{name}-all-{width}");
            await LooksTests.AxeFindsNothingAsync(visitor, $"{name} with all columns at {width}");
            Assert.True(await visitor.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth === innerWidth"), $"{name} with all columns scrolls sideways at {width}.");
            var missing = await visitor.Page.EvaluateAsync<string[]>(
                """
                () => [...(document.querySelector(".drawer") ?? document.querySelector("main")).querySelectorAll("table[data-cols]")].filter(t => t.checkVisibility()).flatMap(t => {
                  const cards = getComputedStyle(t.tHead).position === "absolute" || getComputedStyle(t.tHead).display === "none";
                  const cells = cards ? [...(t.tBodies[0].querySelector("tr:not([data-gap])")?.cells ?? [])] : [...t.tHead.rows[0].cells];
                  return cells.filter(c => !c.classList.contains("nothing") && !c.classList.contains("c-acts") && getComputedStyle(c).display === "none").map(c => `${t.ariaLabel}: ${c.className}`);
                })
                """);
            Assert.True(missing.Length == 0, $"{name} at {width} lacks {string.Join("; ", missing)}");
            for (var i = 0; i < count; i++) await FitAsync(choosers.Nth(i));
        }
    }

    [Fact]
    public async Task Choice_AndOrder_AreKept()
    {
        await using var visitor = await stage.VisitAsync();
        await visitor.OpenAsync("/audit");
        var heads = visitor.Page.Locator("table.audit th");
        await Assertions.Expect(heads).ToHaveCountAsync(8);
        await visitor.Page.Locator(Chooser).Locator("summary").ClickAsync();
        await visitor.Page.Locator(Chooser).GetByLabel("Details").UncheckAsync();
        await Assertions.Expect(heads).ToHaveCountAsync(7);
        await visitor.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(visitor.Page.Locator($"{Chooser}[open]")).ToHaveCountAsync(0);
        await heads.Filter(new LocatorFilterOptions { HasText = "Action" }).Locator("button").ClickAsync();
        await Assertions.Expect(visitor.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/audit\\?sort=action$"));
        await visitor.OpenAsync("/audit?sort=action");
        await Assertions.Expect(heads).ToHaveCountAsync(7);
        await Assertions.Expect(visitor.Page.Locator("table.audit th[aria-sort=ascending]")).ToContainTextAsync("Action");
        var actions = await visitor.Page.Locator("table.audit td.action").AllInnerTextsAsync();
        Assert.Equal(actions.Order(StringComparer.OrdinalIgnoreCase), actions);
    }

    [Fact]
    public async Task Phone_SortsWithoutHeads()
    {
        await using var visitor = await stage.VisitAsync(width: Hands.Phone);
        await visitor.OpenAsync("/audit");
        await visitor.Page.Locator("table.audit tbody tr").First.WaitForAsync();
        await visitor.Page.Locator(Chooser).Locator("summary").TapAsync();
        await visitor.Page.Locator(Chooser).GetByLabel("Sort by").SelectOptionAsync("action");
        await Assertions.Expect(visitor.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("sort=action"));
        await visitor.Page.Locator(Chooser).GetByRole(AriaRole.Button, new() { Name = "Turn round" }).TapAsync();
        var actions = await visitor.Page.Locator("table.audit td.action").AllInnerTextsAsync();
        Assert.Equal(actions.OrderDescending(StringComparer.OrdinalIgnoreCase), actions);
        await visitor.PictureAsync("table-sort-390");
    }

    /// <summary>Failures are behind more good calls than any page holds; the oracle is what was posted.</summary>
    [Fact]
    public async Task FailedOnly_FindsFailuresFarBack_AndOlderPagesKeepTheFilter()
    {
        await using var scene = await Scene.OpenAsync(s => s.SetGoodKeys());
        await scene.Process.Operator.UntilStatus("OK");
        var from = DateTimeOffset.UtcNow.AddHours(-3);
        object Event(int i, bool failed) => new
        {
            bot_id = "grid", provider = "polygon", operation = failed ? $"GET /failed/{i}" : "GET /v3/quotes", status = failed ? "timeout" : "ok", http_status = failed ? 504 : 200, latency_ms = 40, occurred_at = from.AddSeconds(i).ToString("O"),
        };
        var failed = Enumerable.Range(0, 150).Select(i => i * 2).ToArray();
        foreach (var batch in Enumerable.Range(0, 3_000).Select(i => Event(i, i < 300 && i % 2 == 0)).Chunk(1_000))
        {
            var posted = await scene.Process.Runner.Post("/api/usage-events", new { events = batch });
            Assert.Equal(batch.Length, posted["accepted"].GetValue<int>());
        }

        foreach (var width in new[] { Hands.Desk, Hands.Phone })
        {
            await using var visitor = await stage.VisitAsync(address: scene.Process.Address, width: width);
            await visitor.OpenAsync("/connections/polygon");
            var section = visitor.Page.Locator("section[aria-labelledby=events-title]");
            var rows = section.Locator("tbody tr:not([data-gap])");
            await Assertions.Expect(rows).ToHaveCountAsync(20);
            var only = section.Locator("label:has-text('Failed only') input");
            if (width == Hands.Phone) await only.TapAsync();
            else
            {
                await only.FocusAsync();
                await visitor.Page.Keyboard.PressAsync("Space");
            }

            await Assertions.Expect(section).ToContainTextAsync("The newest 100 that failed.");
            await Assertions.Expect(rows.First.Locator("td.status")).ToHaveTextAsync("504 timeout");
            await Assertions.Expect(rows.First.Locator("td.ms")).ToHaveTextAsync("40");
            foreach (var cell in new[] { "td.status", "td.ms" }) await Assertions.Expect(rows.First.Locator(cell)).ToBeVisibleAsync();
            await section.ScrollIntoViewIfNeededAsync();
            await visitor.PictureAsync($"events-failed-{width}");
            await Hands.PressAsync(visitor, section.GetByRole(AriaRole.Button, new() { Name = "Older" }));
            await Assertions.Expect(section).ToContainTextAsync("All 150 that failed and are retained.");
            var shown = await section.Locator("td.op").AllInnerTextsAsync();
            Assert.Equal(failed.Reverse().Select(i => $"GET /failed/{i}"), shown.Select(text => text.Trim()));
            await LooksTests.AxeFindsNothingAsync(visitor, $"failed events at {width}");
            await LooksTests.FitsAsync(visitor, $"failed events at {width}");
        }
    }

    /// <summary>More events than are drawn: the drawer draws what is in view and reaches the last one.</summary>
    [Fact]
    public async Task ManyRows_AreDrawnAroundWhatIsInView()
    {
        await using var visitor = await stage.VisitAsync();
        await visitor.OpenAsync("/connections/polygon");
        var section = visitor.Page.Locator("section[aria-labelledby=events-title]");
        for (var i = 0; i < 4; i++)
        {
            await section.GetByRole(AriaRole.Button, new() { Name = "Older" }).ClickAsync();
            await Assertions.Expect(section).ToContainTextAsync($"The newest {100 * (i + 1)}.");
        }

        var box = section.Locator(".table-box.long");
        var rows = box.Locator("tbody tr:not([data-gap])");
        Assert.InRange(await rows.CountAsync(), 10, 120);
        var first = await rows.First.InnerTextAsync();
        await box.EvaluateAsync("box => { box.scrollTop = box.scrollHeight; }");
        await Hands.UntilAsync(async () => await box.EvaluateAsync<bool>("box => { const all = box.querySelectorAll('tbody tr:not([data-gap])'); return Math.abs(all[all.length - 1].getBoundingClientRect().bottom - box.getBoundingClientRect().bottom) < 60; }"));
        Assert.InRange(await rows.CountAsync(), 10, 120);
        await visitor.PictureAsync("events-long-1440");
        await LooksTests.AxeFindsNothingAsync(visitor, "many events");
        Assert.NotEmpty(first);
    }

    private static async Task ShowAllAsync(ILocator chooser)
    {
        await chooser.Locator("summary").ClickAsync();
        var all = chooser.GetByRole(AriaRole.Button, new() { Name = "All columns" });
        await all.ClickAsync();
        await Assertions.Expect(all).ToHaveAttributeAsync("aria-pressed", "true");
        await chooser.Locator("summary").ClickAsync();
    }

    private static async Task FitAsync(ILocator chooser)
    {
        await chooser.Locator("summary").ClickAsync();
        await chooser.GetByRole(AriaRole.Button, new() { Name = "What fits" }).ClickAsync();
        await chooser.Locator("summary").ClickAsync();
    }
}
