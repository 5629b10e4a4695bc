using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>What the page tells of the gateway, and that it can be copied.</summary>
[Collection(WithClipboard.Name)]
public sealed class GatewayViewTests(Stage stage)
{
    [Theory]
    [InlineData(1440)]
    [InlineData(390)]
    public async Task Drawer_HasTheGatewaysLines_AndItsOperations(int width)
    {
        await using var visitor = await stage.VisitAsync(width: width);
        await visitor.OpenAsync("/connections/alpaca");
        var section = visitor.Page.Locator("#gateway");
        await Assertions.Expect(section.Locator(".env")).ToContainTextAsync("ALPACA_SECRET_KEY=$CONTROL_PLANE_TOKEN");
        await section.Locator("summary").ClickAsync();
        await Assertions.Expect(section.Locator("tbody tr").First).ToContainTextAsync("POST /v2/orders");
        await section.GetByText("Copy lines").ClickAsync();
        Assert.Equal(await section.Locator(".env").InnerTextAsync(), await visitor.ClipboardAsync());
        foreach (var theme in new[] { "light", "dark" })
        {
            await visitor.Page.EvaluateAsync("theme => { document.documentElement.dataset.theme = theme; document.querySelector('#gateway').scrollIntoView(); }", theme);
            await visitor.PictureAsync($"gateway-{width}-{theme}");
            await LooksTests.AxeFindsNothingAsync(visitor, $"gateway-{width}-{theme}");
        }

        await LooksTests.FitsAsync(visitor, "gateway");
    }

    [Fact]
    public async Task Bot_SaysWhichProvidersItReaches()
    {
        await using var visitor = await stage.VisitAsync();
        await visitor.OpenAsync("/bots/grid-eth");
        var facts = visitor.Page.Locator("dt", new PageLocatorOptions { HasText = "Through the gateway" });
        await Assertions.Expect(facts.Locator("xpath=following-sibling::dd[1]")).ToHaveTextAsync("oandapolygon");
        await facts.ScrollIntoViewIfNeededAsync();
        await visitor.PictureAsync("gateway-bot-1440");
    }
}
