using ControlPlane.EndToEnd.Tests;
using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>What comes before the page is alive, and what it asks for.</summary>
public sealed class LoadTests(Stage stage)
{
    [Fact]
    public async Task Prerendered_SaysConnecting_AndOffersNoAction()
    {
        await using var visitor = await stage.VisitAsync();

        // Without scripts the page stays as it was prerendered.
        await visitor.Page.RouteAsync("**/*.js", route => route.AbortAsync());
        await visitor.GotoAsync("/connections/polygon");
        Assert.Equal("Connecting…", await visitor.TextAsync(".rail .link"));
        await Assertions.Expect(visitor.Page.Locator("#row-polygon")).ToBeVisibleAsync();
        Assert.Equal(0, await visitor.Page.Locator("td.c-acts button:text-is('Verify'):not([disabled]), .drawer .btn.primary:not([disabled]), .rail button.btn:not([disabled], .plain-kill button), .top .btn.primary:not([disabled])").CountAsync());
        Assert.Null(await visitor.Page.GetAttributeAsync("html", "data-ready"));
        Assert.Empty(await visitor.GreenAsync());
    }

    [Fact]
    public async Task Ready_ComesSoon_AndNothingCanBeDoneBefore()
    {
        foreach (var path in new[] { "/status", "/connections/polygon", "/bots/grid-eth" })
        {
            await using var visitor = await stage.VisitAsync();
            var watch = await Watch.OnAsync(visitor.Page);
            await visitor.OpenAsync(path);
            Assert.Empty(await watch.EarlyAsync());

            // 3 s for the published program on a quiet machine, which the explicit figures hold it to.
            FiguresTests.Tell($"{path}: ready, this build on this machine", [await watch.ReadAsync("ready")], "ms");
            Assert.InRange(await watch.ReadAsync("ready"), 1, 30_000);
        }
    }

    [Fact]
    public async Task NoRequest_LeavesTheOrigin()
    {
        await using var visitor = await stage.VisitAsync();
        var sockets = new List<string>();
        visitor.Page.WebSocket += (_, socket) =>
        {
            lock (sockets) sockets.Add(socket.Url);
        };
        await visitor.OpenAsync("/status");
        foreach (var path in new[] { "/connections", "/connections/polygon", "/bots", "/bots/grid-eth", "/history", "/audit" }) await visitor.GoAsync(path);
        await visitor.Page.EvaluateAsync("() => document.fonts.ready");
        Assert.True(await visitor.Page.EvaluateAsync<bool>("() => document.fonts.check('13px \"Inter Page\"')"));
        Assert.True(await visitor.Page.EvaluateAsync<bool>("() => document.fonts.check('12px \"JetBrains Mono Page\"')"));
        Assert.NotEmpty(sockets);
        var origin = stage.Scene.Process.Address.AbsoluteUri;
        Assert.All(visitor.Requests.Concat(sockets), url => Assert.StartsWith(origin, url.Replace("ws://", "http://", StringComparison.Ordinal), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Anonymous_SeesSignInOnly_AndComesInWithAToken()
    {
        await using var visitor = await stage.VisitAsync(token: null);
        await visitor.GotoAsync("/connections");
        await visitor.Page.WaitForSelectorAsync("#token:enabled");
        Assert.Equal(0, await visitor.Rows.CountAsync());
        Assert.DoesNotContain("polygon", await visitor.Page.ContentAsync(), StringComparison.OrdinalIgnoreCase);
        await visitor.PictureAsync("sign-in-light-1440");

        await visitor.Page.FillAsync("#token", "not-a-token-of-this-control-plane");
        await visitor.Page.ClickAsync("button[type=submit]");
        await Assertions.Expect(visitor.Page.Locator("[role=alert]")).ToContainTextAsync("not one of this control plane's");

        await visitor.Page.FillAsync("#token", ControlPlaneProcess.OperatorToken);
        await visitor.Page.ClickAsync("button[type=submit]");
        await visitor.Page.WaitForSelectorAsync("html[data-live]", new PageWaitForSelectorOptions { State = WaitForSelectorState.Attached });
        await Assertions.Expect(visitor.Page.Locator("#row-polygon")).ToBeVisibleAsync();
    }

    /// <summary>On a slow line the program comes late: what matters most works without it.</summary>
    [Theory]
    [InlineData(1440)]
    [InlineData(390)]
    public async Task SignInAndKill_WorkBeforeTheProgramHasLoaded(int width)
    {
        await using var scene = await Scene.OpenAsync(s => s.SetGoodKeys());
        await scene.Process.Operator.UntilStatus("OK");
        await using var visitor = await stage.VisitAsync(address: scene.Process.Address, token: null, width: width);
        await visitor.Page.RouteAsync("**/*.js", route => route.AbortAsync());
        await visitor.GotoAsync("/");
        await visitor.Page.FillAsync("#token", "not-a-token-of-this-control-plane");
        await visitor.Page.ClickAsync("button[type=submit]");
        await Assertions.Expect(visitor.Page.Locator("[role=alert]")).ToContainTextAsync("not one of this control plane's");
        await visitor.Page.FillAsync("#token", ControlPlaneProcess.OperatorToken);
        await visitor.Page.ClickAsync("button[type=submit]");
        await Assertions.Expect(visitor.Page.Locator("h1")).ToHaveTextAsync("System status");

        var kill = visitor.Page.Locator(width < 500 ? ".top .plain-kill" : ".rail .plain-kill");
        await kill.Locator("summary").ClickAsync();
        await visitor.PictureAsync($"plain-kill-{width}");
        await kill.Locator("button").ClickAsync();
        await Assertions.Expect(visitor.Page.Locator("h1")).ToHaveTextAsync("System status");
        Assert.True((await scene.Process.Viewer.Get("/api/system/status"))["kill_switch"]["engaged"]!.GetValue<bool>());
        Assert.Null(await visitor.Page.GetAttributeAsync("html", "data-ready"));
    }

    [Fact]
    public async Task UnknownAddress_IsAPageThatWorks_ForAnybody()
    {
        await using var stranger = await stage.VisitAsync(token: null);
        await stranger.GotoAsync("/no/such/view");
        await stranger.Page.FillAsync("#token:enabled", ControlPlaneProcess.OperatorToken);
        await stranger.Page.ClickAsync("button[type=submit]");
        await Assertions.Expect(stranger.Page.Locator("main")).ToContainTextAsync("There is no such view.");
        await stranger.Page.ClickAsync("text=Go to System status");
        await Assertions.Expect(stranger.Page.Locator(".lead .word")).ToHaveTextAsync("OK");
    }
}
