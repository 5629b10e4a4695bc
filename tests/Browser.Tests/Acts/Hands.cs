using ControlPlane.EndToEnd.Tests;
using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>A person's hands: the keyboard alone on a desk, touch alone on a phone.</summary>
internal static class Hands
{
    public const int Phone = 390;
    public const int Desk = 1440;

    private const int MostTabs = 200;

    public static bool IsPhone(Visitor visitor) => visitor.Page.ViewportSize!.Width == Phone;

    /// <summary>A command of the palette: by Ctrl K and Enter, or by More and a tap.</summary>
    public static async Task CommandAsync(Visitor visitor, string command)
    {
        if (IsPhone(visitor)) await visitor.Page.Locator(".rail button.place").TapAsync();
        else await visitor.Page.Keyboard.PressAsync("Control+k");
        await visitor.Page.Locator("#palette[open] input").FillAsync(command);
        var first = visitor.Page.Locator("#palette [role=option]").First;
        await Assertions.Expect(first).ToContainTextAsync(command);
        if (IsPhone(visitor)) await first.TapAsync();
        else await visitor.Page.Keyboard.PressAsync("Enter");
    }

    /// <summary>The same for a command that asks by a dialog.</summary>
    public static async Task OpenAsync(Visitor visitor, string command)
    {
        await CommandAsync(visitor, command);
        await visitor.Page.Locator("dialog[open]:not(#palette) h2").WaitForAsync();
    }

    /// <summary>Fills the dialog's fields in order and sends it: by Tab and Enter, or by touch.</summary>
    public static async Task FillAsync(Visitor visitor, params string[] values)
    {
        var dialog = visitor.Page.Locator("dialog[open]");
        var fields = dialog.Locator("input.input");
        await Assertions.Expect(fields.First).ToBeFocusedAsync();
        for (var i = 0; i < values.Length; i++) await TypeAsync(visitor, fields.Nth(i), values[i]);
        await Assertions.Expect(dialog.Locator("button[type=submit]")).ToBeEnabledAsync();
        if (IsPhone(visitor)) await dialog.Locator("button[type=submit]").TapAsync();
        else await visitor.Page.Keyboard.PressAsync("Enter");
    }

    /// <summary>Writes over what the field holds.</summary>
    public static async Task TypeAsync(Visitor visitor, ILocator field, string value)
    {
        if (IsPhone(visitor))
        {
            await field.TapAsync();
            await field.FillAsync(value);
            return;
        }

        await TabToAsync(visitor.Page, field);
        await visitor.Page.Keyboard.PressAsync("Control+a");
        await visitor.Page.Keyboard.PressAsync("Delete");
        await visitor.Page.Keyboard.InsertTextAsync(value);
    }

    public static Task PressAsync(Visitor visitor, ILocator button) => TouchAsync(visitor, button, "Enter");

    /// <summary>A check box or a switch.</summary>
    public static Task ToggleAsync(Visitor visitor, ILocator box) => TouchAsync(visitor, box, "Space");

    /// <summary>One of a group of radio buttons, of which Tab reaches the chosen one alone.</summary>
    public static async Task ChooseAsync(Visitor visitor, ILocator group, string value)
    {
        var wanted = group.Locator($"input[value={value}]");
        if (IsPhone(visitor)) await wanted.TapAsync();
        else
        {
            await TabToAsync(visitor.Page, group.Locator("input:checked"));
            for (var i = 0; i < 5 && !await wanted.IsCheckedAsync(); i++) await visitor.Page.Keyboard.PressAsync("ArrowDown");
        }

        await Assertions.Expect(wanted).ToBeCheckedAsync();
    }

    public static async Task TabToAsync(IPage page, ILocator wanted)
    {
        await Assertions.Expect(wanted).ToBeEnabledAsync();
        for (var i = 0; i < MostTabs; i++)
        {
            if (await wanted.EvaluateAsync<bool>("e => e === document.activeElement")) return;
            await page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"Tab does not come to {wanted}.");
    }

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var end = DateTime.UtcNow.AddSeconds(120);
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < end, "It did not come to be within 120 s.");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Whether the kill switch is engaged, of a bot or, with null, of the system. Waits while nobody knows.</summary>
    public static Task<bool> KilledAsync(Scene scene, string? bot = null) => KnownAsync(scene, bot, "kill_switch", "engaged");

    /// <summary>The same for LIVE.</summary>
    public static Task<bool> ArmedAsync(Scene scene, string? bot = null) => KnownAsync(scene, bot, "live", "armed");

    /// <summary>Waits until the audit log says that it was done by the operator; the details have at least these. An empty value: the detail is not there.</summary>
    public static async Task UntilAuditedAsync(Scene scene, string action, string target, params (string Name, string Value)[] details)
    {
        await UntilAsync(async () => (await scene.Process.Operator.Get("/api/audit?limit=100"))["items"].AsArray().Any(row =>
            row!["action"]!.GetValue<string>() == action && row["target"]?.GetValue<string>() == target && row["role"]!.GetValue<string>() == "operator" && row["outcome"]!.GetValue<string>() == "done"
            && details.All(detail => (row["details"]![detail.Name]?.GetValue<string>() ?? "") == detail.Value)));
    }

    private static async Task<bool> KnownAsync(Scene scene, string? bot, string part, string member)
    {
        bool? known = null;
        await UntilAsync(async () =>
        {
            var answer = await scene.Process.Viewer.Get(bot is null ? "/api/system/status" : $"/api/bots/{bot}");
            known = answer.Body?[bot is null && part == "live" ? "live_trading" : part]?[member]?.GetValue<bool>();
            return known is not null;
        });
        return known!.Value;
    }

    private static async Task TouchAsync(Visitor visitor, ILocator what, string key)
    {
        if (IsPhone(visitor))
        {
            await what.TapAsync();
            return;
        }

        await TabToAsync(visitor.Page, what);
        await visitor.Page.Keyboard.PressAsync(key);
    }
}
