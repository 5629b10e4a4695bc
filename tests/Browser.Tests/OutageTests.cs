using ControlPlane.EndToEnd.Tests;
using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>The process is killed, and comes back.</summary>
public sealed class OutageTests(Stage stage)
{
    private static readonly string[] s_views = ["/status", "/connections/polygon", "/bots", "/bots/grid-eth", "/history", "/audit"];

    [Fact]
    public async Task Kill_TakesTheGreenFromEveryView_AndEachComesBackWithTheProcess()
    {
        await using var scene = await Scene.OpenAsync();
        scene.SetGoodKeys();
        await scene.Process.Operator.Put("/api/bots/grid-eth", new { name = "grid-eth", requires = new[] { "polygon", "oanda" } });
        await scene.Process.Operator.UntilStatus("OK");
        var visitors = new List<(string View, Visitor Visitor, Watch Watch)>();
        try
        {
            foreach (var view in s_views)
            {
                var visitor = await stage.VisitAsync(address: scene.Process.Address);
                visitors.Add((view, visitor, await Watch.OnAsync(visitor.Page)));
                await visitor.OpenAsync(view);
                Assert.NotEmpty(await visitor.GreenAsync());
            }

            var status = visitors[0];
            await status.Watch.ForAsync("unavailable", ".lead .word", "UNAVAILABLE");
            await status.Watch.ForAsync("reconnecting", "main [role=alert].banner", "Reconnecting…");
            await status.Watch.ForAsync("disconnected", "main [role=alert].banner", "Disconnected since");
            foreach (var (_, _, watch) in visitors) await watch.BeginAsync();
            await scene.Process.KillAsync();
            foreach (var (view, visitor, watch) in visitors)
            {
                var (sinceBeat, late) = await watch.GreenGoneAsync();
                FiguresTests.Tell($"{view}: green is gone after the last beat, by the page's clock", [sinceBeat], "ms");
                Assert.True(sinceBeat <= 3000 + late, $"{view} was green {sinceBeat:N0} ms after the last beat; the browser was {late:N0} ms late.");
                Assert.Empty(await visitor.GreenAsync());
            }

            var heard = await status.Watch.ReadAsync("heard");
            foreach (var (name, limit) in new[] { ("unavailable", 3000), ("reconnecting", 5000), ("disconnected", 20_000) })
            {
                var when = await status.Watch.WhenAsync(name) - heard;
                var late = await status.Watch.LateAsync();
                FiguresTests.Tell($"{name} after the last beat, by the page's clock", [when], "ms");
                Assert.True(when <= limit + late, $"{name} was said {when:N0} ms after the last beat; the browser was {late:N0} ms late.");
            }

            Assert.Matches(@"Disconnected since \d\d:\d\d", await status.Visitor.Alert.InnerTextAsync());
            await scene.StartAsync("--urls", scene.Process.Address.AbsoluteUri);
            var started = DateTimeOffset.UtcNow;
            foreach (var (view, visitor, watch) in visitors)
            {
                // 15 s on a quiet machine; a page on a busy one may need longer for its next try.
                var took = (await watch.BackAsync() - started).TotalSeconds;
                FiguresTests.Tell($"{view}: live after the new process listens", [took], "s");
                Assert.InRange(took, double.NegativeInfinity, 45);
                await Assertions.Expect(visitor.Alert).ToHaveCountAsync(0);
            }

            await Assertions.Expect(status.Visitor.Page.Locator(".lead .word")).ToHaveTextAsync("OK", new LocatorAssertionsToHaveTextOptions { Timeout = 60_000 });
        }
        finally
        {
            foreach (var (_, visitor, _) in visitors) await visitor.DisposeAsync();
        }
    }

    [Fact]
    public async Task Disconnected_StaysUsable_AndReadsEverythingAgainWhenBack()
    {
        await using var scene = await Scene.OpenAsync();
        await using var visitor = await stage.VisitAsync(address: scene.Process.Address);
        await visitor.OpenAsync("/connections");
        var rows = await visitor.Rows.CountAsync();
        await scene.Process.KillAsync();
        await Assertions.Expect(visitor.Alert).ToContainTextAsync("Reconnecting…");
        Assert.Equal(rows, await visitor.Rows.CountAsync());
        await visitor.Page.FillAsync("[data-filter]", "polygon");
        await Assertions.Expect(visitor.Rows).ToHaveCountAsync(1);
        await visitor.Page.ClickAsync("#row-polygon .c-name a");
        await visitor.Page.WaitForSelectorAsync(".drawer");
        await NothingCanBeDoneAsync(visitor, "Verify", "Verify all", "Verify now");
        Assert.Matches(@"as of \d\d:\d\d:\d\d", await visitor.TextAsync(".top .asof"));
        await visitor.GoAsync("/bots");
        await NothingCanBeDoneAsync(visitor, "Start", "Stop");
        Assert.Matches(@"as of \d\d:\d\d:\d\d", await visitor.TextAsync(".top .asof"));
        await visitor.GoAsync("/connections/polygon");
        await Assertions.Expect(visitor.Alert).ToContainTextAsync("Disconnected since");
        await visitor.PictureAsync("disconnected-light-1440");

        // While nobody was there to tell, a bot came and a key was set.
        scene.SetGoodKeys();
        await scene.StartAsync("--urls", scene.Process.Address.AbsoluteUri);
        await Assertions.Expect(visitor.Toasts).ToContainTextAsync("Live again", new LocatorAssertionsToContainTextOptions { Timeout = 60_000 });
        await Assertions.Expect(visitor.Alert).ToHaveCountAsync(0);
        var known = (await scene.Process.Viewer.Get("/api/integrations/status"))["integrations"].AsArray().Count;
        await visitor.GoAsync("/connections");
        await visitor.Page.Locator(".fold button[aria-expanded=false]").ClickAsync();
        await Assertions.Expect(visitor.Rows).ToHaveCountAsync(known);
        await Assertions.Expect(visitor.Page.Locator("#row-polygon .pill")).ToHaveTextAsync("Connected");
    }

    private static async Task NothingCanBeDoneAsync(Visitor visitor, params string[] words)
    {
        var offered = await visitor.Page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('main button:not(:disabled)')].map(b => b.textContent.trim())");
        Assert.DoesNotContain(offered, text => words.Contains(text));
    }
}
