using System.Globalization;
using System.Text.Json.Nodes;
using ControlPlane.EndToEnd.Tests;
using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>An operator's acts on connections and the audit log, by keyboard alone and by touch on a phone. What came of them the API says.</summary>
[Collection(WithActs.Name)]
public sealed class ConnectionActsTests(Stage stage, ActsScene acts)
{
    [Theory]
    [InlineData(Hands.Desk)]
    [InlineData(Hands.Phone)]
    public async Task Connection_IsVerifiedAlone_Called_AndItsValueChecked(int width)
    {
        var scene = await acts.ReadyAsync();
        var before = await VerifiedAtAsync(scene);
        var calls = await TestCallsAsync(scene);
        await using var visitor = await stage.VisitAsync(address: scene.Process.Address, width: width);
        await visitor.OpenAsync("/connections/oanda");
        var drawer = visitor.Page.Locator(".drawer");
        await Hands.PressAsync(visitor, drawer.Locator(".btn.primary"));
        await Assertions.Expect(drawer.Locator(".said")).ToContainTextAsync("Verified at");
        Assert.True((await VerifiedAtAsync(scene))["oanda"] > before["oanda"]);

        await Hands.PressAsync(visitor, drawer.GetByRole(AriaRole.Button, new() { Name = "Test call" }));
        await Assertions.Expect(drawer).ToContainTextAsync("Test call ok");
        await Hands.UntilAsync(async () => await TestCallsAsync(scene) == calls + 1);

        await Hands.PressAsync(visitor, drawer.Locator("summary:has-text('Check how a value looks')"));
        await Hands.TypeAsync(visitor, drawer.Locator(".check input").First, $"too-short-{width}");
        await Hands.PressAsync(visitor, drawer.Locator(".check button[type=submit]"));
        await Assertions.Expect(drawer.Locator("[role=status] .list li").First).ToBeVisibleAsync();
        await Hands.UntilAuditedAsync(scene, "integration.secrets_check", "integration/oanda");
        Assert.DoesNotContain($"too-short-{width}", (await scene.Process.Operator.Get("/api/audit?limit=100")).Text + scene.Process.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Hands.Desk)]
    [InlineData(Hands.Phone)]
    public async Task AllConnections_AreVerified(int width)
    {
        var scene = await acts.ReadyAsync();
        var before = await VerifiedAtAsync(scene);
        await using var visitor = await stage.VisitAsync(address: scene.Process.Address, width: width);
        await visitor.OpenAsync("/connections");
        await Hands.PressAsync(visitor, visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Verify all" }));
        await Assertions.Expect(visitor.Toasts).ToContainTextAsync("3 of 3 verified.");
        var after = await VerifiedAtAsync(scene);
        Assert.Equal(3, after.Count);
        Assert.All(after, row => Assert.True(row.Value > before[row.Key], $"{row.Key} was not verified again."));
    }

    [Theory]
    [InlineData(Hands.Desk)]
    [InlineData(Hands.Phone)]
    public async Task AuditLog_IsRead_AndChecked(int width)
    {
        var scene = await acts.ReadyAsync();
        await using var visitor = await stage.VisitAsync(address: scene.Process.Address, width: width);
        await visitor.OpenAsync("/audit");
        var newest = visitor.Page.Locator("table.audit tbody tr").First;
        await Assertions.Expect(newest).ToContainTextAsync("Signed in");
        await Hands.PressAsync(visitor, visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Check the log" }));
        await Assertions.Expect(visitor.Page.Locator(".lead .word")).ToContainTextAsync("Intact");
        var check = await scene.Process.Operator.Get("/api/audit/check");
        Assert.True(check["intact"].GetValue<bool>());
        await Assertions.Expect(visitor.Page.Locator(".lead")).ToContainTextAsync(check["head_hash"].GetValue<string>()[..16]);
        await visitor.PictureAsync($"audit-checked-{width}");
    }

    private static async Task<Dictionary<string, DateTimeOffset>> VerifiedAtAsync(Scene scene) => (await scene.Process.Viewer.Get("/api/integrations/status"))["integrations"].AsArray()
        .Where(row => row!["last_verified_at"] is not null)
        .ToDictionary(row => row!["provider"]!.GetValue<string>(), row => DateTimeOffset.Parse(row!["last_verified_at"]!.GetValue<string>(), CultureInfo.InvariantCulture));

    private static async Task<int> TestCallsAsync(Scene scene) => (await scene.Process.Viewer.Get("/api/integrations/oanda/events?limit=500"))["items"].AsArray()
        .Count(row => row!["bot_id"]?.GetValue<string>() == "control-plane-test");
}
