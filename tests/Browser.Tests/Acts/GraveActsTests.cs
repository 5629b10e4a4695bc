using ControlPlane.EndToEnd.Tests;
using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>Acts that need a history before they can be done: a promotion that was earned, and a store that was put back. Against the running product.</summary>
public sealed class GraveActsTests(Stage stage)
{
    [Fact]
    public async Task Promotion_Earned_IsGivenWithAReason_AndLetsLiveBeArmedAndDisarmed_ByKeyboardAndByPhone()
    {
        await using var scene = await Scene.OpenAsync(s =>
        {
            PaperEvidence.Hurry(s);
            s.SetGoodKeys();
        });
        await scene.Process.Viewer.UntilStatus("OK");
        foreach (var id in new[] { "desk", "phone" }) await PaperEvidence.RegisterAsync(scene, id, "paper");
        using var done = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await using var visitor = await stage.VisitAsync(address: scene.Process.Address);

        // Before anything is earned nothing is offered, and the API says what is missing.
        await visitor.OpenAsync("/bots/desk");
        await Assertions.Expect(visitor.Page.Locator("#score-title")).ToBeVisibleAsync();
        Assert.Equal(0, await visitor.Page.Locator("button:has-text('Promote to')").CountAsync());
        var early = await scene.Process.Operator.Post("/api/bots/desk/autonomy/promote", new { reason = "too early" });
        Assert.Equal(System.Net.HttpStatusCode.Conflict, early.Status);

        var bots = await Task.WhenAll(PaperEvidence.EarnAsync(scene, "desk"), PaperEvidence.EarnAsync(scene, "phone"));
        var alive = Task.WhenAll(bots.Select(bot => KeepAliveAsync(bot, done.Token)));
        await PromoteAsync(scene, visitor, "desk");
        await LiveAsync(scene, visitor, "desk");
        await using (var phone = await stage.VisitAsync(address: scene.Process.Address, width: Hands.Phone))
        {
            await phone.OpenAsync("/bots/phone");
            await PromoteAsync(scene, phone, "phone");
            await LiveAsync(scene, phone, "phone");
        }

        await done.CancelAsync();
        await alive;
    }

    [Theory]
    [InlineData(Hands.Desk)]
    [InlineData(Hands.Phone)]
    public async Task StorePutBack_IsSeen_AndConfirmedWithItsNameAndAReason(int width)
    {
        await using var scene = await Scene.OpenAsync(s => s.SetGoodKeys());
        await scene.Process.Viewer.UntilStatus("OK");
        await scene.Process.TerminateAsync();
        var database = Path.Combine(scene.DataDirectory, "controlplane.db");
        File.Copy(database, database + ".backup");
        await scene.StartAsync();
        await scene.Process.Viewer.UntilStatus("OK");
        await scene.Process.Operator.Put("/api/bots/after", new { name = "after the backup" });
        await scene.Process.TerminateAsync();
        foreach (var file in Directory.GetFiles(scene.DataDirectory, "controlplane.db-*")) File.Delete(file);
        File.Move(database + ".backup", database, overwrite: true);
        await scene.StartAsync();
        await scene.Process.Viewer.Until(status => status.Codes("blockers").Contains("STORE_REPLACED"), "the store is in doubt");

        await using var visitor = await stage.VisitAsync(address: scene.Process.Address, width: width);
        await visitor.OpenAsync("/status");
        var confirm = visitor.Page.Locator(".blocker button:has-text('Confirm the store')");
        await Assertions.Expect(confirm).ToBeVisibleAsync();
        await visitor.PictureAsync($"store-replaced-{width}");
        await Hands.PressAsync(visitor, confirm);
        await Assertions.Expect(visitor.Page.Locator("dialog[open] button[type=submit]")).ToBeDisabledAsync();
        await visitor.PictureAsync($"store-confirm-{width}");
        await Hands.FillAsync(visitor, "store", "Restored from the backup of noon.");
        await scene.Process.Viewer.Until(status => !status.Codes("blockers").Contains("STORE_REPLACED"), "confirmed");

        // Every session ended with it: the page says so, and a new sign-in goes on.
        var again = visitor.Page.GetByRole(AriaRole.Alert).GetByRole(AriaRole.Button, new() { Name = "Sign in" });
        await Assertions.Expect(again).ToBeVisibleAsync();
        await Assertions.Expect(visitor.Page.Locator("dialog[open]")).ToHaveCountAsync(0);
        await visitor.PictureAsync($"store-confirmed-{width}");
        await Hands.PressAsync(visitor, again);
        await visitor.Page.Locator("#token").FillAsync(ControlPlaneProcess.OperatorToken);
        await Hands.PressAsync(visitor, visitor.Page.Locator("form button[type=submit]"));
        await visitor.GoAsync("/audit");
        var entry = visitor.Page.Locator("table.audit tbody tr").Filter(new LocatorFilterOptions { HasText = "Confirmed the store" }).First;
        await Assertions.Expect(entry).ToContainTextAsync("Restored from the backup of noon.");
        await scene.Process.Viewer.UntilStatus("OK");
    }

    private static async Task PromoteAsync(Scene scene, Visitor visitor, string id)
    {
        var offer = visitor.Page.Locator("button:has-text('Promote to Supervised')");
        await Assertions.Expect(offer).ToBeEnabledAsync();
        await offer.ScrollIntoViewIfNeededAsync();
        await visitor.PictureAsync($"promote-offer-{id}");
        await Hands.PressAsync(visitor, offer);
        await Assertions.Expect(visitor.Page.Locator("dialog[open] button[type=submit]")).ToBeDisabledAsync();
        await visitor.PictureAsync($"promote-{id}");
        await Hands.FillAsync(visitor, "Sixty round trips on paper.");
        await Assertions.Expect(visitor.Toasts).ToContainTextAsync("Promoted to Supervised.");
        await Assertions.Expect(offer).ToHaveCountAsync(0);
        Assert.Equal("SUPERVISED", (await scene.Process.Viewer.Get($"/api/bots/{id}/autonomy"))["tier"].GetValue<string>());
        var audit = await scene.Process.Operator.Get("/api/audit?limit=50");
        Assert.Contains(audit["items"].AsArray(), row => row!["action"]!.GetValue<string>() == "autonomy.promote" && row["target"]!.GetValue<string>() == $"bot/{id}"
            && row["outcome"]!.GetValue<string>() == "done" && row["details"]!.ToJsonString().Contains("Sixty round trips on paper.", StringComparison.Ordinal));
    }

    /// <summary>A bot that may trade LIVE is armed, which every view tells, and disarmed. The other bot and the system stay as they are.</summary>
    private static async Task LiveAsync(Scene scene, Visitor visitor, string id)
    {
        var offer = visitor.Page.Locator(".top").GetByRole(AriaRole.Button, new() { Name = "Arm LIVE…" });
        Assert.Equal(0, await offer.CountAsync());
        var live = await scene.Process.Operator.Put($"/api/bots/{id}", new { name = id, mode = "live" });
        Assert.True(live.Status == System.Net.HttpStatusCode.OK, live.Text);
        await Hands.PressAsync(visitor, offer);
        await visitor.Page.Locator("dialog[open] h2").WaitForAsync();
        await visitor.PictureAsync($"arm-{id}");
        await Hands.FillAsync(visitor, "15", $"The first hour of {id}.");
        var banner = visitor.Page.Locator(".banner.live");
        await Assertions.Expect(banner).ToContainTextAsync($"LIVE is armed for {id} until");
        Assert.True(await Hands.ArmedAsync(scene, id));
        Assert.False(await Hands.ArmedAsync(scene));
        Assert.False(await Hands.ArmedAsync(scene, id == "desk" ? "phone" : "desk"));
        await Hands.UntilAuditedAsync(scene, "live.arm", $"bot/{id}", ("reason", $"The first hour of {id}."), ("minutes", "15"));
        await visitor.PictureAsync($"armed-{id}");
        await Hands.PressAsync(visitor, banner.GetByRole(AriaRole.Button, new() { Name = $"Disarm LIVE for {id}" }));
        await Assertions.Expect(banner).ToHaveCountAsync(0);
        Assert.False(await Hands.ArmedAsync(scene, id));
        await Hands.UntilAuditedAsync(scene, "live.disarm", $"bot/{id}");
    }

    private static async Task KeepAliveAsync(BookBot bot, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await bot.HeartbeatAsync();
            await Task.Delay(250, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
