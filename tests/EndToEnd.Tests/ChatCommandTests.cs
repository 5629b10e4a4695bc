using System.Net;
using System.Text.Json.Nodes;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>The whole program, commanded from a chat.</summary>
public sealed class ChatCommandTests
{
    [Fact]
    public async Task Telegram_StatusWhyAndKill_FromTheListedChatAlone()
    {
        await using var telegram = await TelegramStandIn.StartAsync();
        await using var scene = await Scene.OpenAsync(s =>
        {
            s.SetSecret("CONTROL_TELEGRAM_TOKEN", TelegramStandIn.Token);
            s.Settings["ControlPlane__Alerts__Commands__telegram__SecretVariable"] = "CONTROL_TELEGRAM_TOKEN";
            s.Settings["ControlPlane__Alerts__Commands__telegram__Chats"] = "-100200300";
            s.Settings["ControlPlane__Alerts__Commands__telegram__Url"] = telegram.Url;
            s.SetGoodKeys();
        });
        var operators = scene.Process.Operator;
        await operators.UntilStatus("OK");

        telegram.Write(-999, "/kill from elsewhere");
        telegram.Write(-100200300, "/status");
        await telegram.UntilSent("System OK, trading ACTIVE.");
        Assert.False((await operators.Get("/api/system/status"))["kill_switch"]["engaged"]!.GetValue<bool>());

        telegram.Write(-100200300, "/kill@control_bot the feed is wrong");
        await telegram.UntilSent("Kill switch engaged. No order passes;");
        var kill = (await operators.Get("/api/system/status"))["kill_switch"];
        Assert.Equal((true, "the feed is wrong", "telegram/7"), (kill["engaged"]!.GetValue<bool>(), kill["reason"]!.GetValue<string>(), kill["by"]!.GetValue<string>()));
        telegram.Write(-100200300, "/why");
        Assert.Contains("kill", await telegram.UntilSent("System BLOCKED:"), StringComparison.OrdinalIgnoreCase);

        // Nothing said here loosens; an operator releases. The audit log knows who it was.
        telegram.Write(-100200300, "/release all is well");
        telegram.Write(-100200300, "/status");
        await telegram.UntilSent("System BLOCKED, trading HALTED.");
        Assert.True((await operators.Get("/api/system/status"))["kill_switch"]["engaged"]!.GetValue<bool>());
        Assert.Contains((await operators.Get("/api/audit"))["items"].AsArray(), e => e!["action"]!.GetValue<string>() == "kill.engage" && e.ToJsonString().Contains("telegram/7", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, (await operators.Post("/api/system/release", new { reason = "over" })).Status);
        await operators.UntilStatus("OK");

        // Replies are use of the provider; the token is nowhere.
        var used = await operators.Get("/api/integrations/telegram/events");
        Assert.Contains(used["items"].AsArray(), e => e!["bot_id"]!.GetValue<string>() == "control-plane-alerts" && e["operation"]!.GetValue<string>() == "command reply");
        foreach (var text in new[] { scene.Process.Output, used.Text, (await operators.Get("/api/audit")).Text, string.Concat(telegram.Sent.Select(s => s.ToJsonString())) })
            Assert.DoesNotContain(TelegramStandIn.Token, text, StringComparison.Ordinal);
    }
}
