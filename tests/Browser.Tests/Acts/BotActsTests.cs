using System.Net;
using System.Text.Json.Nodes;
using ControlPlane.EndToEnd.Tests;
using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>An operator's acts on one bot, by keyboard alone and by touch on a phone. What came of them the API says.</summary>
[Collection(WithActs.Name)]
public sealed class BotActsTests(Stage stage, ActsScene acts)
{
    [Theory]
    [InlineData(Hands.Desk)]
    [InlineData(Hands.Phone)]
    public async Task Kill_OfOneBot_WithEachChoiceForWorkingOrders_LeavesTheOthersAlone_AndIsReleased(int width)
    {
        var (id, other) = ($"one-{width}", $"other-{width}");
        var scene = await acts.ReadyAsync(id, other);
        await using var visitor = await stage.VisitAsync(address: scene.Process.Address, width: width);
        await visitor.OpenAsync($"/bots/{id}");
        foreach (var choice in new[] { "none", "opening", "all" }) await SystemActsTests.KillAsync(scene, visitor, choice, id);
        Assert.False(await Hands.KilledAsync(scene));
        Assert.False(await Hands.KilledAsync(scene, other));

        await Hands.PressAsync(visitor, visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Release kill switch" }));
        await visitor.Page.Locator("dialog[open] h2").WaitForAsync();
        await Hands.FillAsync(visitor, id, $"Reviewed at {width}.");
        await Hands.UntilAsync(async () => !await Hands.KilledAsync(scene, id));
        await Hands.UntilAuditedAsync(scene, "kill.release", $"bot/{id}", ("reason", $"Reviewed at {width}."));
    }

    [Theory]
    [InlineData(Hands.Desk)]
    [InlineData(Hands.Phone)]
    public async Task Runner_IsStopped_AndTheBotIsLoosenedInEveryWay(int width)
    {
        var id = $"loose-{width}";
        var scene = await acts.ReadyAsync(id);
        var runner = new BookBot(scene.Process.Runner, id, "r1");
        await Hands.UntilAsync(async () => (await runner.StartAsync("paper")).Status == HttpStatusCode.OK);
        await using var visitor = await stage.VisitAsync(address: scene.Process.Address, width: width);
        await visitor.OpenAsync($"/bots/{id}");
        await Hands.PressAsync(visitor, visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Stop runner" }));
        await Assertions.Expect(visitor.Toasts).ToContainTextAsync("Stopped");
        Assert.Equal("LEASE_FENCED", (await runner.HeartbeatAsync()).Code);

        var dialog = visitor.Page.Locator("dialog[open]");
        await Hands.OpenAsync(visitor, $"Change {id}");
        await Hands.ChooseAsync(visitor, dialog.Locator("fieldset").First, "live");
        foreach (var (label, value) in new[]
        {
            ("Requires", "polygon"), ("May use", "openai"), ("Symbols that it may open", "ES, EURUSD"), ("Max order notional", "250000"), ("Max open orders", "40"), ("Currency", "EUR"), ("Instruments", "ES = 50"), ("Aliases", "ESZ6 = ES"),
        }) await Hands.TypeAsync(visitor, dialog.GetByLabel(label), value);
        await Hands.ToggleAsync(visitor, dialog.GetByLabel("Its decisions carry a confidence"));
        await visitor.PictureAsync($"change-bot-{width}");
        await Hands.PressAsync(visitor, dialog.Locator("button[type=submit]"));
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        var bot = await scene.Process.Viewer.Get($"/api/bots/{id}");
        Assert.Equal("live", bot["mode"].GetValue<string>());
        Assert.Equal(["polygon"], Words(bot["requires"]));
        Assert.Equal(["openai"], Words(bot["may_use"]));
        Assert.Equal(["ES", "EURUSD"], Words(bot["allowed_symbols"]));
        Assert.Equal((250_000, 40), (bot["risk_limits"]["max_order_notional"]!.GetValue<int>(), bot["risk_limits"]["max_open_orders"]!.GetValue<int>()));
        Assert.Equal(("EUR", false), (bot["currency"].GetValue<string>(), bot["states_confidence"].GetValue<bool>()));
        Assert.Equal((50, "ES"), (bot["instruments"]["ES"]!["multiplier"]!.GetValue<int>(), bot["aliases"]["ESZ6"]!.GetValue<string>()));
        await Hands.UntilAuditedAsync(scene, "bot.register", $"bot/{id}");

        // Its tier is OBSERVE: LIVE is not offered where it can't be used.
        Assert.Equal(0, await visitor.Page.Locator("main button:has-text('Arm LIVE')").CountAsync());
    }

    /// <summary>A bot with a position can't be deleted, which shows that the settlement of one took effect.</summary>
    [Theory]
    [InlineData(Hands.Desk)]
    [InlineData(Hands.Phone)]
    public async Task Position_IsSettled_TokenRevoked_AndTheBotDeleted(int width)
    {
        var id = $"gone-{width}";
        var scene = await acts.ReadyAsync(id);
        await using var visitor = await stage.VisitAsync(address: scene.Process.Address, width: width);
        await visitor.OpenAsync($"/bots/{id}");
        var dialog = visitor.Page.Locator("dialog[open]");
        foreach (var (quantity, deletable) in new[] { ("3", false), ("0", true) })
        {
            await Hands.OpenAsync(visitor, $"Settle a position of {id}");
            await Hands.FillAsync(visitor, "ES", quantity, $"The broker says {quantity}.");
            await Assertions.Expect(visitor.Toasts).ToContainTextAsync($"Settled ES of {id}.");
            await Assertions.Expect(dialog).ToHaveCountAsync(0);
            await Hands.UntilAuditedAsync(scene, "position.settle", $"bot/{id}", ("reason", $"The broker says {quantity}."));
            if (!deletable) Assert.Equal(HttpStatusCode.Conflict, await DeleteAsync(scene, id));
        }

        var before = (await scene.Process.Viewer.Get($"/api/bots/{id}"))["generation"].GetValue<long>();
        await Hands.OpenAsync(visitor, $"Revoke the own token of {id}");
        await Hands.FillAsync(visitor, "It leaked.");
        await Assertions.Expect(dialog).ToContainTextAsync($"token {id} --generation ");
        var after = (await scene.Process.Viewer.Get($"/api/bots/{id}"))["generation"].GetValue<long>();
        Assert.True(after > before, $"{after} is no later generation than {before}.");
        await Assertions.Expect(dialog).ToContainTextAsync($"--generation {after}");
        await Hands.UntilAuditedAsync(scene, "bot.token.revoke", $"bot/{id}", ("reason", "It leaked."));
        await Hands.PressAsync(visitor, dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }));
        await Assertions.Expect(dialog).ToHaveCountAsync(0);

        await Hands.OpenAsync(visitor, $"Delete {id}");
        await Hands.FillAsync(visitor, id);
        await Assertions.Expect(visitor.Page.Locator("h1")).ToHaveTextAsync("Bots");
        await Hands.UntilAsync(async () => (await scene.Process.Viewer.Get($"/api/bots/{id}")).Status == HttpStatusCode.NotFound);
        await Hands.UntilAuditedAsync(scene, "bot.delete", $"bot/{id}");
    }

    private static string[] Words(JsonNode list) => [.. list.AsArray().Select(word => word!.GetValue<string>()).Order(StringComparer.Ordinal)];

    private static async Task<HttpStatusCode> DeleteAsync(Scene scene, string id)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", ControlPlaneProcess.OperatorToken);
        using var answer = await http.DeleteAsync(new Uri(scene.Process.Address, $"/api/bots/{id}"), TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
