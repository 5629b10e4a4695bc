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
        Assert.True(await visitor.Rows.CountAsync() > 10);
        Assert.Equal(0, await visitor.Page.Locator("td.c-acts button:text-is('Verify'):not([disabled]), .drawer .btn.primary:not([disabled]), .rail .btn:not([disabled]), .top .btn.primary:not([disabled])").CountAsync());
        Assert.Null(await visitor.Page.GetAttributeAsync("html", "data-ready"));
        Assert.Empty(await visitor.GreenAsync());
    }

    [Fact]
    public async Task Ready_ComesSoon_AndNoRequestLeavesTheOrigin()
    {
        await using var visitor = await stage.VisitAsync();
        await visitor.OpenAsync("/status");
        foreach (var path in new[] { "/connections", "/connections/polygon", "/bots", "/bots/grid-eth", "/history", "/audit" }) await visitor.GoAsync(path);
        await visitor.Page.EvaluateAsync("() => document.fonts.ready");
        Assert.True(await visitor.Page.EvaluateAsync<bool>("() => document.fonts.check('13px \"Inter Page\"')"));
        Assert.All(visitor.Requests, url => Assert.StartsWith(stage.Scene.Process.Address.AbsoluteUri, url.Replace("ws://", "http://", StringComparison.Ordinal), StringComparison.Ordinal));
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
        Assert.True(await visitor.Rows.CountAsync() > 10);
    }
}
