using System.Text.Json.Nodes;
using ControlPlane.EndToEnd.Tests;
using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>An operator answers alerts and tests their channels, by keyboard alone and by touch on a phone. What came of it the API says.</summary>
public sealed class AlertActsTests(Stage stage)
{
    [Theory]
    [InlineData(Hands.Desk)]
    [InlineData(Hands.Phone)]
    public async Task Alert_IsAcknowledgedAlone_AndTheFocusGoesToTheNextOne(int width)
    {
        await using var receiver = await AlertReceiver.StartAsync();
        await using var scene = await Scene.OpenAsync(s =>
        {
            // An hour of hold: only the two kills, which wait for nothing, are alerts here.
            receiver.Tell(s, hold: "3600");
            s.SetGoodKeys();
        });
        await scene.Process.Viewer.UntilStatus("OK");
        await scene.Process.Operator.Put("/api/bots/grid", new { name = "grid", requires = new[] { "polygon" } });
        await scene.Process.Operator.Post("/api/bots/grid/kill", new { reason = "two to answer" });
        await scene.Process.Operator.Post("/api/system/kill", new { reason = "two to answer" });
        await using var visitor = await stage.VisitAsync(address: scene.Process.Address, width: width);
        await visitor.OpenAsync("/alerts");
        var rows = visitor.Page.Locator("table[aria-label='Alerts: Open'] tbody tr");
        await Assertions.Expect(rows).ToHaveCountAsync(2);
        var asked = rows.Filter(new() { HasNotText = "grid" });
        var other = rows.Filter(new() { HasText = "grid" });
        var (door, next, dialog) = (AcknowledgeButton(asked), AcknowledgeButton(other), visitor.Page.Locator("dialog[open]"));
        await visitor.PictureAsync($"alerts-two-{width}");

        // A change of mind: nothing was sent, and the focus is where it was.
        await Hands.PressAsync(visitor, door);
        await Assertions.Expect(dialog.Locator("input.input")).ToBeFocusedAsync();
        await Assertions.Expect(dialog.Locator("button[type=submit]")).ToBeDisabledAsync();
        await Hands.PressAsync(visitor, dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }));
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        await Assertions.Expect(door).ToBeFocusedAsync();

        await AnswerAsync(visitor, door, "On it.");
        await Assertions.Expect(asked).ToContainTextAsync("Acknowledged by operator: On it.");
        await Assertions.Expect(next).ToBeFocusedAsync();
        var (system, bot) = (await AlertAsync(scene, "system"), await AlertAsync(scene, "bot/grid"));
        Assert.Equal("On it.", system["acknowledge_reason"]!.GetValue<string>());
        Assert.Null(bot["acknowledged_by"]);
        await Hands.UntilAuditedAsync(scene, "alert.ack", $"alert/{system["alert_id"]}", ("reason", "On it."));

        // The last one leaves no button behind: the focus goes to the view, and is not lost.
        await AnswerAsync(visitor, next, "That too.");
        await Assertions.Expect(other).ToContainTextAsync("Acknowledged by operator: That too.");
        await Assertions.Expect(visitor.Page.Locator("h1")).ToBeFocusedAsync();
        await Hands.UntilAuditedAsync(scene, "alert.ack", $"alert/{bot["alert_id"]}", ("reason", "That too."));
        await visitor.PictureAsync($"alerts-answered-{width}");

        await Hands.PressAsync(visitor, visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Test all channels" }));
        await Assertions.Expect(visitor.Toasts).ToContainTextAsync("The test arrived at hook.");
        await Hands.UntilAuditedAsync(scene, "alert.test", "alerts");
        Assert.Contains(receiver.Taken, taken => AlertReceiver.Event(taken.Body) == "test");
    }

    private static ILocator AcknowledgeButton(ILocator row) => row.GetByRole(AriaRole.Button, new() { NameRegex = new("^Acknowledge") });

    private static async Task AnswerAsync(Visitor visitor, ILocator door, string reason)
    {
        await Hands.PressAsync(visitor, door);
        await Hands.FillAsync(visitor, reason);
        await Assertions.Expect(visitor.Toasts).ToContainTextAsync("Acknowledged.");
        await Assertions.Expect(visitor.Page.Locator("dialog[open]")).ToHaveCountAsync(0);
    }

    private static async Task<JsonNode> AlertAsync(Scene scene, string subject) =>
        (await scene.Process.Viewer.Get("/api/alerts?state=open"))["items"].AsArray().Single(row => row!["subject"]!.GetValue<string>() == subject)!;
}
