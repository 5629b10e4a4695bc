using System.Diagnostics;
using ControlPlane.EndToEnd.Tests;
using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>The process is killed, and comes back.</summary>
public sealed class OutageTests(Stage stage)
{
    [Fact]
    public async Task Kill_TakesTheGreenAway_LeavesThePageUsable_AndHeals()
    {
        await using var scene = await Scene.OpenAsync();
        var up = true;
        await using var relay = new Relay(() => up ? scene.Process.Address : null);
        await using var visitor = await stage.VisitAsync(address: relay.Address);
        await visitor.OpenAsync("/connections");
        var rows = await visitor.Rows.CountAsync();
        await visitor.Page.ClickAsync(".place[href=status]");
        await visitor.Page.WaitForSelectorAsync(".lead");

        up = false;
        await scene.Process.KillAsync();
        var killed = Stopwatch.StartNew();
        await visitor.Page.WaitForSelectorAsync("html:not([data-live])", new PageWaitForSelectorOptions { State = WaitForSelectorState.Attached });
        await Assertions.Expect(visitor.Page.Locator(".lead .word")).ToHaveTextAsync("UNAVAILABLE");
        Assert.Empty(await visitor.GreenAsync());
        await Assertions.Expect(visitor.Alert).ToContainTextAsync("Reconnecting…");
        TestContext.Current.SendDiagnosticMessage("Not live {0} ms after the kill.", killed.ElapsedMilliseconds);

        await visitor.Page.ClickAsync(".place[href=connections]");
        Assert.Equal(rows, await visitor.Rows.CountAsync());
        await visitor.Page.FillAsync("[data-filter]", "polygon");
        await Assertions.Expect(visitor.Rows).ToHaveCountAsync(1);
        await visitor.Page.ClickAsync("#row-polygon .c-name a");
        await visitor.Page.WaitForSelectorAsync(".drawer");
        Assert.Equal(0, await visitor.Page.Locator("td.c-acts button:text-is('Verify'):not([disabled]), .drawer .btn.primary:not([disabled])").CountAsync());
        Assert.Matches(@"as of \d\d:\d\d:\d\d", await visitor.TextAsync(".top .asof"));
        await Assertions.Expect(visitor.Alert).ToContainTextAsync("Disconnected since");
        Assert.Matches(@"Disconnected since \d\d:\d\d", await visitor.Alert.InnerTextAsync());
        await visitor.PictureAsync("disconnected-light-1440");

        await scene.StartAsync();
        up = true;
        await Assertions.Expect(visitor.Toasts).ToContainTextAsync("Live again", new LocatorAssertionsToContainTextOptions { Timeout = 30_000 });
        await Assertions.Expect(visitor.Alert).ToHaveCountAsync(0);
        await visitor.Page.FillAsync("[data-filter]", "");
        var known = (await scene.Process.Viewer.Get("/api/integrations/status"))["integrations"].AsArray().Count;
        await Assertions.Expect(visitor.Rows).ToHaveCountAsync(known);
    }
}
