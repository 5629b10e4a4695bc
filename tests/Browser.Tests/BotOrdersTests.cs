using System.Net;
using ControlPlane.EndToEnd.Tests;
using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>A bot's open orders on its page, as the control plane granted them.</summary>
[Collection(WithActs.Name)]
public sealed class BotOrdersTests(Stage stage, ActsScene acts)
{
    private const string Id = "orders";

    [Fact]
    public async Task Orders_AppearAsTheyAreGranted_TurnUnknown_AndLeaveWithTheirEnd()
    {
        var scene = await acts.ReadyAsync(Id);
        var bot = new BookBot(scene.Process.Runner, Id, "r1");
        await Hands.UntilAsync(async () => (await bot.StartAsync("paper")).Status == HttpStatusCode.OK);
        await Hands.UntilAsync(async () =>
        {
            await bot.HeartbeatAsync();
            return await bot.PermitAsync("open");
        });
        await using var visitor = await stage.VisitAsync(address: scene.Process.Address);
        await using var phone = await stage.VisitAsync(address: scene.Process.Address, width: Hands.Phone);
        foreach (var one in new[] { visitor, phone })
        {
            await one.OpenAsync($"/bots/{Id}");
            await Assertions.Expect(Card(one)).ToContainTextAsync("No order is open.");
        }

        // Nothing tells the page of a grant: it asks while the runner holds a lease.
        using var done = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var entry = "";
        await Hands.UntilAsync(async () =>
        {
            // A busy machine may open two pages for longer than a lease lasts.
            if ((await bot.HeartbeatAsync()).Status != HttpStatusCode.OK) await bot.StartAsync("paper");
            entry = (await bot.CheckAsync("buy", 0.25m, "open", 1.08345m)).Body?["order_id"]?.GetValue<string>() ?? "";
            return entry.Length > 0;
        });
        var alive = RenewAsync(scene, bot, entry, done.Token);
        foreach (var one in new[] { visitor, phone })
        {
            var row = Card(one).Locator("tbody tr");
            await Assertions.Expect(row).ToHaveCountAsync(1);
            await Assertions.Expect(row.Locator("td.symbol")).ToHaveTextAsync("ES");
            await Assertions.Expect(row.Locator("td.side")).ToHaveTextAsync("Buy");
            await Assertions.Expect(row.Locator("td.left")).ToHaveTextAsync("0.25 of 0.25");
            await Assertions.Expect(row.Locator("td.price")).ToHaveTextAsync("1.08345");
            await Assertions.Expect(row.Locator("td.status .pill")).ToHaveTextAsync("Open");
            await Assertions.Expect(row.Locator("td.provider")).ToContainTextAsync("sent by the bot");
            await LooksAsync(one, "orders-open");
        }

        // Its time runs out: nobody knows what became of it.
        await done.CancelAsync();
        await alive;
        foreach (var one in new[] { visitor, phone })
        {
            await Assertions.Expect(Card(one).Locator("td.status .pill")).ToHaveTextAsync("Unknown");
            await Assertions.Expect(Card(one).Locator("header")).ToContainTextAsync("1 unknown");
            await LooksAsync(one, "orders-unknown");
        }

        Assert.Equal("unknown", (await bot.OpenOrdersAsync())[0]!["status"]!.GetValue<string>());
        await bot.StartAsync("paper");
        await scene.Process.Runner.Post($"/api/bots/{Id}/orders/{entry}/report", new { status = "canceled" });
        foreach (var one in new[] { visitor, phone }) await Assertions.Expect(Card(one)).ToContainTextAsync("No order is open.");
    }

    private static ILocator Card(Visitor visitor) => visitor.Page.Locator("section[aria-labelledby=orders-title]");

    private static async Task LooksAsync(Visitor visitor, string name)
    {
        await Card(visitor).ScrollIntoViewIfNeededAsync();
        foreach (var theme in new[] { "light", "dark" })
        {
            await visitor.Page.EvaluateAsync("theme => { document.documentElement.dataset.theme = theme; }", theme);
            await visitor.PictureAsync($"{name}-{visitor.Page.ViewportSize!.Width}-{theme}");
            await LooksTests.AxeFindsNothingAsync(visitor, $"{name}-{theme}");
        }

        await LooksTests.FitsAsync(visitor, name);
    }

    /// <summary>Keeps the lease and the order's time.</summary>
    private static async Task RenewAsync(Scene scene, BookBot bot, string order, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await bot.HeartbeatAsync();
            await scene.Process.Runner.Post($"/api/bots/{Id}/orders/{order}/report", new { status = "open" });
            await Task.Delay(1000, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
