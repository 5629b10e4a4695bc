using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>Whatever the page shows has an address: opened cold in a new tab it shows the same, and Back goes back.</summary>
public sealed class LinkTests(Stage stage)
{
    [Theory]
    [InlineData("/bots/grid-eth", "h1", "grid-eth")]
    [InlineData("/bots?tier=OBSERVE&q=atlas", "tbody", "atlas-mm")]
    [InlineData("/audit", "main", "Signed in")]
    public async Task Address_OpenedCold_ShowsItsThing(string address, string selector, string text)
    {
        await using var visitor = await stage.VisitAsync();
        await visitor.OpenAsync(address);
        await Assertions.Expect(visitor.Page.Locator(selector).First).ToContainTextAsync(text);
    }

    [Fact]
    public async Task Table_OpenedCold_HasFilterStateAndOrderOfItsAddress_AndWhatIsNotThereSaysSo()
    {
        await using var visitor = await stage.VisitAsync();
        await visitor.OpenAsync("/connections?state=connected&q=oan&sort=proof");
        await Assertions.Expect(visitor.Page.Locator("#count")).ToContainTextAsync("1 of");
        await Assertions.Expect(visitor.Page.Locator("[data-filter]")).ToHaveValueAsync("oan");
        await Assertions.Expect(visitor.Page.Locator(".chip[aria-pressed=true]")).ToContainTextAsync("Connected");
        await Assertions.Expect(visitor.Page.Locator("th[aria-sort]")).ToContainTextAsync("Proof 24 h");
        await visitor.GoAsync("/bots/no-such-bot");
        await Assertions.Expect(visitor.Page.Locator("main")).ToContainTextAsync("No bot has the id no-such-bot.");
        await visitor.GoAsync("/traces/no-trace-id");
        await Assertions.Expect(visitor.Page.Locator("main")).ToContainTextAsync("This is no trace id.");
    }

    [Fact]
    public async Task HowToConnect_OpenedCold_IsInSightAndFocused_AndThePageItselfStaysInPlace()
    {
        await using var visitor = await stage.VisitAsync();
        var tap = new HubTap();
        await tap.OnAsync(visitor.Page);
        await visitor.OpenAsync("/connections/alpaca?how=1");
        await Assertions.Expect(visitor.Page.Locator("#how-title")).ToBeInViewportAsync();
        await Assertions.Expect(visitor.Page.Locator("#how-title")).ToBeFocusedAsync();

        // It keeps the focus while values change under it.
        tap.Send("usage", "usage", new System.Text.Json.Nodes.JsonObject
        {
            ["provider"] = "alpaca", ["last_used_at"] = DateTimeOffset.UtcNow.ToString("O"), ["last_used_by_bot_id"] = "grid-eth", ["proof_of_use_count_24h"] = 4_711, ["error_count_24h"] = 0, ["error_rate_15m"] = 0, ["unavailable"] = new System.Text.Json.Nodes.JsonArray(),
        });
        await Assertions.Expect(visitor.Page.Locator("section[aria-labelledby=proof-title] .line").First).ToContainTextAsync("4,711 calls");
        await Assertions.Expect(visitor.Page.Locator("#how-title")).ToBeFocusedAsync();

        // Only the drawer may scroll: a page that moves as a whole takes its header and its rail out of sight.
        Assert.True(await visitor.Page.EvaluateAsync<bool>("() => scrollY === 0 && document.documentElement.scrollHeight === innerHeight"));
        await Assertions.Expect(visitor.Page.Locator(".brand")).ToBeInViewportAsync();
    }

    [Fact]
    public async Task Moment_OpenedCold_TellsTheStatusThen_AndBackGoesBack()
    {
        await using var visitor = await stage.VisitAsync();
        await visitor.OpenAsync("/history");
        var opened = visitor.Page.Locator("table.transitions tbody tr").Filter(new LocatorFilterOptions { HasText = "System BLOCKED → OK" }).First;
        await opened.Locator("button:text-is('Status then')").ClickAsync();
        await Assertions.Expect(visitor.Page.Locator("#past-title")).ToContainTextAsync("As it stood at");

        // The moment of a transition is the one from which it holds.
        await Assertions.Expect(visitor.Page.Locator("section[aria-labelledby=past-title] .pill")).ToHaveTextAsync("OK");
        var address = new Uri(visitor.Page.Url).PathAndQuery;
        Assert.Contains("?t=", address, StringComparison.Ordinal);
        await using var another = await stage.VisitAsync();
        await another.OpenAsync(address);
        await Assertions.Expect(another.Page.Locator("#past-title")).ToContainTextAsync("As it stood at");
        await Assertions.Expect(another.Page.Locator(".past li")).ToHaveCountAsync(6);
        await visitor.Page.GoBackAsync();
        await Assertions.Expect(visitor.Page.Locator("#past-title")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Trace_PastedIntoThePalette_LeadsToWhatCarriesIt_AndItsAddressDoesSoCold()
    {
        var verified = await stage.Scene.Process.Operator.Post("/api/integrations/verify", new { provider = "oanda" });
        var trace = (await stage.Scene.Process.Viewer.Row("oanda"))["last_verify_trace_id"]!.GetValue<string>();
        Assert.Matches("^[0-9a-f]{32}$", trace);
        Assert.NotNull(verified.Body);
        await using var visitor = await stage.VisitAsync();
        await visitor.OpenAsync("/status");
        await visitor.Page.Keyboard.PressAsync("Control+k");
        await visitor.Page.Keyboard.TypeAsync(trace);
        await Assertions.Expect(visitor.Page.Locator("#palette [role=option]").First).ToContainTextAsync($"Open trace {trace}");
        await visitor.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(visitor.Page.Locator("table.traced")).ToContainTextAsync("Verify of OANDA v20: valid");

        await using var another = await stage.VisitAsync();
        await another.OpenAsync($"/traces/{trace}");
        var found = another.Page.Locator("table.traced tbody tr").Filter(new LocatorFilterOptions { HasText = "Verify of OANDA" });
        await found.Locator("a:text-is('Open')").ClickAsync();
        await Assertions.Expect(another.Page.Locator(".drawer h2")).ToContainTextAsync("OANDA");
        await another.Page.GoBackAsync();
        await Assertions.Expect(found).ToHaveCountAsync(1);

        await another.GoAsync("/traces/00000000000000000000000000000001");
        await Assertions.Expect(another.Page.Locator("main")).ToContainTextAsync("Nothing that is retained carries it.");
    }
}
