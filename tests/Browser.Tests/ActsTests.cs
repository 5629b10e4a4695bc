using ControlPlane.EndToEnd.Tests;
using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>Every act of an operator, by keyboard alone and by touch on a phone, against the running product.</summary>
public sealed class ActsTests(Stage stage)
{
    internal const int Phone = 390;
    internal const int Desk = 1440;

    [Theory]
    [InlineData(Desk)]
    [InlineData(Phone)]
    public async Task SystemsActs_KillReleaseArmAndDisarm(int width)
    {
        await using var scene = await ReadySceneAsync();
        await using var visitor = await stage.VisitAsync(address: scene.Process.Address, width: width);
        await visitor.OpenAsync("/bots/momentum");
        var (page, dialog) = (visitor.Page, visitor.Page.Locator("dialog[open]"));

        await OpenAsync(visitor, "Arm LIVE for the system");
        await FillAsync(visitor, "30", "The opening bell.");
        await Assertions.Expect(page.Locator(".banner.live")).ToContainTextAsync("LIVE is armed until");
        await visitor.PictureAsync($"live-armed-{width}");
        foreach (var view in new[] { "/status", "/connections", "/bots", "/history", "/alerts", "/audit" })
        {
            await visitor.GoAsync(view);
            await Assertions.Expect(page.Locator(".banner.live")).ToBeVisibleAsync();
        }

        await PressAsync(visitor, page.Locator(".banner.live button"));
        await Assertions.Expect(page.Locator(".banner.live")).ToHaveCountAsync(0);
        var disarmed = await scene.Process.Viewer.Get("/api/system/status");
        Assert.True(disarmed.Status == System.Net.HttpStatusCode.OK, $"{disarmed.Status}: {disarmed.Text}");
        Assert.False(disarmed["live_trading"]["armed"]!.GetValue<bool>());

        await visitor.GoAsync("/bots/momentum");
        if (width == Phone) await page.Locator(".top .kill").TapAsync();
        else await page.Keyboard.PressAsync("Shift+K");
        await Assertions.Expect(dialog.Locator("input[name=kill-what]").First).ToBeCheckedAsync();
        await ChooseAsync(visitor, dialog.Locator("input[value=opening]"));
        await visitor.PictureAsync($"kill-choice-{width}");
        await PressAsync(visitor, dialog.Locator("button[type=submit]"));
        await Assertions.Expect(dialog).ToContainTextAsync("have acknowledged");
        Assert.Contains("/api/system/kill", visitor.Posts);
        await PressAsync(visitor, dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }));
        await Assertions.Expect(dialog).ToHaveCountAsync(0);

        await OpenAsync(visitor, "Release the system's kill switch");
        await FillAsync(visitor, "system", "Reviewed.");
        await UntilAsync(async () => !(await scene.Process.Viewer.Get("/api/system/status"))["kill_switch"]["engaged"]!.GetValue<bool>());
        await Assertions.Expect(dialog).ToHaveCountAsync(0);

        await OpenAsync(visitor, "Rehearse a kill");
        await PressAsync(visitor, dialog.Locator("button[type=submit]"));
        await Assertions.Expect(dialog).ToContainTextAsync("1 of 1 nodes");
    }

    [Theory]
    [InlineData(Desk)]
    [InlineData(Phone)]
    public async Task BotsActs_ChangeSettleRevokeAndDelete(int width)
    {
        await using var scene = await ReadySceneAsync();
        await using var visitor = await stage.VisitAsync(address: scene.Process.Address, width: width);
        await visitor.OpenAsync("/bots/momentum");
        var dialog = visitor.Page.Locator("dialog[open]");

        await OpenAsync(visitor, "Change momentum");
        await ChooseAsync(visitor, dialog.Locator("input[value=live]"));
        await dialog.Locator(".limits input").Nth(1).FillAsync("2500");
        await visitor.PictureAsync($"change-bot-{width}");
        await PressAsync(visitor, dialog.Locator("button[type=submit]"));
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        var bot = await scene.Process.Viewer.Get("/api/bots/momentum");
        Assert.Equal(("live", 2500), (bot["mode"]!.GetValue<string>(), bot["risk_limits"]["max_order_notional"]!.GetValue<int>()));

        // Its tier is OBSERVE: LIVE is not offered where it can't be used.
        Assert.Equal(0, await visitor.Page.Locator("main button:has-text('Arm LIVE')").CountAsync());

        await OpenAsync(visitor, "Settle a position of momentum");
        await FillAsync(visitor, "ES", "0", "Flat at the broker.");
        await Assertions.Expect(visitor.Toasts).ToContainTextAsync("Settled ES of momentum.");
        await Assertions.Expect(dialog).ToHaveCountAsync(0);

        await OpenAsync(visitor, "Revoke the own token of momentum");
        await FillAsync(visitor, "It leaked.");
        await Assertions.Expect(dialog).ToContainTextAsync("token momentum --generation");
        await PressAsync(visitor, dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }));
        await Assertions.Expect(dialog).ToHaveCountAsync(0);

        await OpenAsync(visitor, "Delete momentum");
        await FillAsync(visitor, "momentum");
        await Assertions.Expect(visitor.Page.Locator("h1")).ToHaveTextAsync("Bots");
        await UntilAsync(async () => (await scene.Process.Viewer.Get("/api/bots/momentum")).Status == System.Net.HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData(Desk)]
    [InlineData(Phone)]
    public async Task Connections_VerifyTestCallAndSecretsCheck_AndTheAuditLogIsChecked(int width)
    {
        await using var visitor = await stage.VisitAsync(width: width);
        await visitor.OpenAsync("/connections/oanda");
        var drawer = visitor.Page.Locator(".drawer");
        await PressAsync(visitor, drawer.Locator(".btn.primary"));
        await Assertions.Expect(drawer.Locator(".said")).ToContainTextAsync("Verified at");
        await PressAsync(visitor, drawer.GetByRole(AriaRole.Button, new() { Name = "Test call" }));
        await Assertions.Expect(drawer).ToContainTextAsync("Test call ok");
        await PressAsync(visitor, drawer.Locator("summary:has-text('Check how a value looks')"));
        await drawer.Locator(".check input").First.FillAsync("too-short");
        await PressAsync(visitor, drawer.Locator(".check button[type=submit]"));
        await Assertions.Expect(drawer.Locator("[role=status] .list li").First).ToBeVisibleAsync();

        await visitor.GoAsync("/audit");
        await PressAsync(visitor, visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Check the log" }));
        await Assertions.Expect(visitor.Page.Locator(".lead .word")).ToContainTextAsync("Intact");
    }

    private static async Task<Scene> ReadySceneAsync()
    {
        var scene = await Scene.OpenAsync(s => s.SetGoodKeys());
        await scene.Process.Operator.UntilStatus("OK");
        await scene.Process.Operator.Put("/api/bots/momentum", new { name = "momentum", requires = new[] { "polygon", "oanda" } });
        return scene;
    }

    /// <summary>Through the palette: by Ctrl K and the keyboard, or by More and a tap.</summary>
    internal static async Task OpenAsync(Visitor visitor, string command)
    {
        if (IsPhone(visitor)) await visitor.Page.Locator(".rail button.place").TapAsync();
        else await visitor.Page.Keyboard.PressAsync("Control+k");
        await visitor.Page.Locator("#palette[open] input").FillAsync(command);
        var first = visitor.Page.Locator("#palette [role=option]").First;
        await Assertions.Expect(first).ToContainTextAsync(command);
        if (IsPhone(visitor)) await first.TapAsync();
        else await visitor.Page.Keyboard.PressAsync("Enter");
        await visitor.Page.Locator("dialog[open]:not(#palette) h2").WaitForAsync();
    }

    /// <summary>Fills the dialog's fields in order and sends it: by Tab and Enter, or by touch.</summary>
    internal static async Task FillAsync(Visitor visitor, params string[] values)
    {
        var dialog = visitor.Page.Locator("dialog[open]");
        var fields = dialog.Locator("input.input");
        await Assertions.Expect(fields.First).ToBeFocusedAsync();
        for (var i = 0; i < values.Length; i++)
        {
            if (IsPhone(visitor))
            {
                await fields.Nth(i).TapAsync();
                await fields.Nth(i).FillAsync(values[i]);
                continue;
            }

            if (i > 0) await visitor.Page.Keyboard.PressAsync("Tab");
            await Assertions.Expect(fields.Nth(i)).ToBeFocusedAsync();
            await visitor.Page.Keyboard.PressAsync("Control+a");
            await visitor.Page.Keyboard.TypeAsync(values[i]);
        }

        await Assertions.Expect(dialog.Locator("button[type=submit]")).ToBeEnabledAsync();
        if (IsPhone(visitor)) await dialog.Locator("button[type=submit]").TapAsync();
        else await visitor.Page.Keyboard.PressAsync("Enter");
    }

    internal static async Task PressAsync(Visitor visitor, ILocator button)
    {
        if (IsPhone(visitor))
        {
            await button.TapAsync();
            return;
        }

        await button.FocusAsync();
        await visitor.Page.Keyboard.PressAsync("Enter");
    }

    internal static async Task ChooseAsync(Visitor visitor, ILocator radio)
    {
        if (IsPhone(visitor))
        {
            await radio.TapAsync();
            return;
        }

        await radio.FocusAsync();
        await visitor.Page.Keyboard.PressAsync("Space");
    }

    private static bool IsPhone(Visitor visitor) => visitor.Page.ViewportSize!.Width == Phone;

    internal static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var end = DateTime.UtcNow.AddSeconds(120);
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < end, "It did not come to be within 120 s.");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }
}
