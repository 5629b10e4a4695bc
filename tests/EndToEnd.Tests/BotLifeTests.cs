using System.Net;
using System.Text.Json.Nodes;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>The life of a bot by docs/orders.md, with the real program: on paper, and the same code LIVE.</summary>
public sealed class BotLifeTests
{
    [Theory]
    [InlineData("paper")]
    [InlineData("live")]
    public async Task Bot_ByTheBook_Trades_DiesHoldingAPosition_AndLeavesItWhileTheSystemIsBlocked(string mode)
    {
        await using var scene = await Scene.OpenAsync(PaperEvidence.Hurry);
        if (mode == "live") scene.SetSecret("OANDA_ENVIRONMENT", "live");
        scene.SetGoodKeys();
        await scene.Process.Viewer.UntilStatus("OK");
        await PaperEvidence.RegisterAsync(scene, "book", mode);
        if (mode == "live") await EarnLiveAsync(scene);

        // It trades.
        var bot = new BookBot(scene.Process.Runner, "book", "r1");
        await Until(async () => (await bot.StartAsync(mode)).Status == HttpStatusCode.OK, "a start");
        await Until(async () => (await bot.HeartbeatAsync())["directive"].GetValue<string>() == "CONTINUE" && await bot.PermitAsync("open"), "it may trade");
        Assert.True((await bot.EnterAsync(1))["allowed"].GetValue<bool>());
        var tooMuch = await bot.CheckAsync("sell", 2, "reduce", null);
        Assert.Equal(["reduce_only"], tooMuch["reasons"].AsArray().Select(r => r!["rule"]!.GetValue<string>()));
        Assert.True((await bot.LeaveAsync())["allowed"].GetValue<bool>());
        Assert.Empty(await bot.OpenOrdersAsync());

        // It dies with a position, and so does the control plane; the broker's key is no longer good when they come back.
        Assert.True((await bot.EnterAsync(2))["allowed"].GetValue<bool>());
        var holding = bot.Holding;
        await scene.Process.KillAsync();
        scene.Revoke("oanda");
        await scene.StartAsync();
        await scene.Process.Viewer.Until(s => s.Codes("blockers").Contains("INTEGRATION_VERIFY_FAILED"), "blocked by the revoked key");
        bot = new BookBot(scene.Process.Runner, "book", "r1") { Holding = holding };
        Assert.Equal(HttpStatusCode.Conflict, (await bot.StartAsync(mode)).Status);
        ApiAnswer? start = null;
        await Until(async () => (start = await bot.StartAsync(mode, reduceOnly: true)).Status == HttpStatusCode.OK, "a start that only reduces");
        Assert.Equal((true, "BLOCKED", "HALTED"), (start!["reduce_only"].GetValue<bool>(), start["system_status"].GetValue<string>(), start["trading_state"].GetValue<string>()));
        var heartbeat = await bot.HeartbeatAsync();
        Assert.Equal(("HALT", true), (heartbeat["directive"].GetValue<string>(), heartbeat["exits"].GetValue<bool>()));
        await Until(() => bot.PermitAsync("reduce"), "the node permits exits");
        Assert.Equal((false, true), (await bot.PermitAsync("open"), await bot.PermitAsync("cancel")));
        Assert.Equal(HttpStatusCode.OK, (await bot.TellAccountAsync()).Status);
        Assert.False((await bot.CheckAsync("buy", 1, "open", 100))["allowed"].GetValue<bool>());
        var exit = await bot.LeaveAsync();
        Assert.True(exit["allowed"].GetValue<bool>(), exit.Text);
        Assert.Empty(await bot.OpenOrdersAsync());
        Assert.False((await bot.CheckAsync("sell", 1, "reduce", null))["allowed"].GetValue<bool>());
        Assert.Equal(3.0m, (await scene.Process.Viewer.Get("/api/bots/book/trades"))["items"].AsArray().Take(2).Sum(t => t!["pnl"]!.GetValue<decimal>()));
    }

    /// <summary>What LIVE takes: evidence on paper, a person's promotion, two armings, and a price that another bot made.</summary>
    private static async Task EarnLiveAsync(Scene scene)
    {
        var bot = await PaperEvidence.EarnAsync(scene, "book");
        var promoted = await scene.Process.Operator.Post("/api/bots/book/autonomy/promote", new { reason = "sixty round trips on paper" });
        Assert.True(promoted.Status == HttpStatusCode.OK, promoted.Text);

        await PaperEvidence.RegisterAsync(scene, "other", "paper");
        var other = new BookBot(scene.Process.Runner, "other", "r2");
        Assert.Equal(HttpStatusCode.OK, (await other.StartAsync("paper")).Status);
        await Until(async () => (await other.HeartbeatAsync())["directive"].GetValue<string>() == "CONTINUE" && await other.PermitAsync("open"), "the other may trade");
        Assert.True((await other.EnterAsync(1))["allowed"].GetValue<bool>());

        // Not armed: LIVE is denied.
        Assert.Equal("LIVE_NOT_ARMED", (await bot.StartAsync("live")).Code);
        foreach (var scope in new[] { "/api/system", "/api/bots/book" })
        {
            var armed = await scene.Process.Operator.Post($"{scope}/live/arm", new { minutes = 10, reason = "a test" });
            Assert.True(armed.Status == HttpStatusCode.OK, armed.Text);
        }
    }

    private static Task Until(Func<Task<bool>> condition, string what) => Until(condition, () => what);

    private static async Task Until(Func<Task<bool>> condition, Func<string> what)
    {
        var end = DateTime.UtcNow.AddSeconds(60);
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < end, $"Not within 60 s: {what()}");
            await Task.Delay(100);
        }
    }
}
