using ControlPlane.EndToEnd.Tests;
using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>An operator's acts on the whole system, by keyboard alone and by touch on a phone. What came of them the API says.</summary>
[Collection(WithActs.Name)]
public sealed class SystemActsTests(Stage stage, ActsScene acts)
{
    [Theory]
    [InlineData(Hands.Desk)]
    [InlineData(Hands.Phone)]
    public async Task Live_IsArmed_SeenOnEveryView_AndDisarmed(int width)
    {
        var scene = await acts.ReadyAsync($"live-{width}");
        await using var visitor = await stage.VisitAsync(address: scene.Process.Address, width: width);
        await visitor.OpenAsync($"/bots/live-{width}");
        var banner = visitor.Page.Locator(".banner.live");
        await Hands.OpenAsync(visitor, "Arm LIVE for the system");
        await Hands.FillAsync(visitor, "30", $"The opening bell at {width}.");
        await Assertions.Expect(banner).ToContainTextAsync("LIVE is armed until");
        Assert.True(await Hands.ArmedAsync(scene));
        await Hands.UntilAuditedAsync(scene, "live.arm", "system", ("reason", $"The opening bell at {width}."), ("minutes", "30"));
        await visitor.PictureAsync($"live-armed-{width}");
        foreach (var view in new[] { "/status", "/connections", "/bots", "/history", "/alerts", "/audit" })
        {
            await visitor.GoAsync(view);
            await Assertions.Expect(banner).ToBeVisibleAsync();
        }

        await Hands.PressAsync(visitor, banner.GetByRole(AriaRole.Button));
        await Assertions.Expect(banner).ToHaveCountAsync(0);
        Assert.False(await Hands.ArmedAsync(scene));
        await Hands.UntilAuditedAsync(scene, "live.disarm", "system");
    }

    /// <summary>On a bot's page the system comes first. Each kill is an order of its own, also while one is engaged.</summary>
    [Theory]
    [InlineData(Hands.Desk)]
    [InlineData(Hands.Phone)]
    public async Task Kill_WithEachChoiceForWorkingOrders_IsReleased_AndRehearsed(int width)
    {
        var scene = await acts.ReadyAsync($"killed-{width}");
        await using var visitor = await stage.VisitAsync(address: scene.Process.Address, width: width);
        await visitor.OpenAsync($"/bots/killed-{width}");
        foreach (var choice in new[] { "none", "opening", "all" }) await KillAsync(scene, visitor, choice, null);

        await Hands.OpenAsync(visitor, "Release the system's kill switch");
        await Hands.FillAsync(visitor, "system", "Reviewed.");
        await Hands.UntilAsync(async () => !await Hands.KilledAsync(scene));
        await Hands.UntilAuditedAsync(scene, "kill.release", "system", ("reason", "Reviewed."));
        var dialog = visitor.Page.Locator("dialog[open]");
        await Assertions.Expect(dialog).ToHaveCountAsync(0);

        await visitor.GoAsync("/history");
        await Assertions.Expect(visitor.Page.Locator("table.transitions tbody tr").Filter(new() { HasText = "Kill switch" }).First).ToContainTextAsync("Reviewed.");
        await Hands.OpenAsync(visitor, "Rehearse a kill");
        await Hands.PressAsync(visitor, dialog.Locator("button[type=submit]"));
        await Assertions.Expect(dialog).ToContainTextAsync("1 of 1 nodes");
        await Hands.UntilAuditedAsync(scene, "kill.drill", "system");
    }

    [Theory]
    [InlineData(Hands.Desk)]
    [InlineData(Hands.Phone)]
    public async Task SignOut_EndsTheSession_ForACopyOfTheCookieToo(int width)
    {
        var scene = await acts.ReadyAsync();
        await using var visitor = await stage.VisitAsync(address: scene.Process.Address, width: width);
        await visitor.OpenAsync("/status");
        var cookie = string.Join("; ", (await visitor.Page.Context.CookiesAsync()).Select(one => $"{one.Name}={one.Value}"));
        Assert.Equal(System.Net.HttpStatusCode.OK, await StatusAsync(scene, cookie));
        await Hands.CommandAsync(visitor, "Sign out");
        await Assertions.Expect(visitor.Page.Locator("#token")).ToBeVisibleAsync();
        Assert.Equal(0, await visitor.Page.Locator(".shell").CountAsync());
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, await StatusAsync(scene, cookie));
        await Hands.UntilAuditedAsync(scene, "session.end", "session");
    }

    /// <summary>Engages the kill switch with a choice for working orders, on the page of a bot.</summary>
    /// <param name="bot">Null for the system.</param>
    internal static async Task KillAsync(Scene scene, Visitor visitor, string choice, string? bot)
    {
        var (dialog, reason) = (visitor.Page.Locator("dialog[open]"), $"{choice} at {visitor.Page.ViewportSize!.Width}");
        if (Hands.IsPhone(visitor)) await visitor.Page.Locator(".top .kill").TapAsync();
        else await visitor.Page.Keyboard.PressAsync("Shift+K");
        var (what, orders) = (dialog.Locator("fieldset").Nth(0), dialog.Locator("fieldset").Nth(1));
        await Assertions.Expect(what.Locator("input[value=system]")).ToBeCheckedAsync();
        if (bot is not null) await Hands.ChooseAsync(visitor, what, "bot");
        await Hands.ChooseAsync(visitor, orders, choice);
        await Hands.TypeAsync(visitor, dialog.Locator("input.input"), reason);
        await visitor.PictureAsync($"kill-{(bot is null ? "system" : "bot")}-{choice}-{visitor.Page.ViewportSize.Width}");
        await Hands.PressAsync(visitor, dialog.Locator("button[type=submit]"));
        await Assertions.Expect(dialog).ToContainTextAsync("have acknowledged");
        await visitor.PictureAsync($"killed-{(bot is null ? "system" : "bot")}-{choice}-{visitor.Page.ViewportSize.Width}");

        Assert.True(await Hands.KilledAsync(scene, bot));
        await Hands.UntilAuditedAsync(scene, "kill.engage", bot is null ? "system" : $"bot/{bot}", ("reason", reason), ("cancel_open_orders", choice == "none" ? "" : choice));
        await Hands.PressAsync(visitor, dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }));
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
    }

    private static async Task<System.Net.HttpStatusCode> StatusAsync(Scene scene, string cookie)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(scene.Process.Address, "/api/system/status"));
        request.Headers.Add("Cookie", cookie);
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
