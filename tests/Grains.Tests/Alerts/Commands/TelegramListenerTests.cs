using ControlPlane.Grains.Alerts.Commands;

namespace ControlPlane.Grains.Tests.Alerts.Commands;

public sealed class TelegramListenerTests
{
    private static TelegramListener Listener(ChatScene scene, FakeTelegram telegram, string[]? users = null) =>
        new(new(new("CONTROL_TOKEN", ["-100"], [.. users ?? []], telegram.Url), null), scene.Calls, scene);

    [Fact]
    public async Task Commands_OfListedChats_AreCarriedOutOnceAndAnswered_AndOthersAreNot()
    {
        await using var telegram = new FakeTelegram();
        using var scene = new ChatScene();
        scene.Secrets.Set("CONTROL_TOKEN", FakeTelegram.Token);
        telegram.Write(-100, 7, "/kill the feed is wrong");
        telegram.Write(-999, 7, "/kill from elsewhere");
        telegram.Write(7, 7, "/kill in private");
        telegram.Write(-100, 7, "hello");
        telegram.Write(-100, 7, null);
        telegram.Write(-100, 7, "/kill in an edited message", "edited_message");
        _ = scene.Listen(Listener(scene, telegram));
        telegram.Write(-100, 8, "/status@control_bot");

        await ChatScene.Until(() => telegram.Kept == 0 && telegram.Sent.Count() == 2, "two commands are answered and all updates confirmed");
        Assert.Equal(["Kill telegram/7 the feed is wrong", "Status telegram/8 "], scene.Asked.Select(c => $"{c.Kind} {c.Sender} {c.Reason}"));
        Assert.All(telegram.Sent, sent => Assert.Equal(("-100", "System OK."), (sent["chat_id"]!.GetValue<string>(), sent["text"]!.GetValue<string>())));
        Assert.Equal(["command reply", "command reply"], scene.Used.Select(u => u.Operation));
        Assert.All(scene.Used, u => Assert.Equal(("telegram", "control-plane-alerts", UsageStatus.Ok), (u.Provider, u.BotId, u.Status)));

        // Only messages are asked for, and nothing that was confirmed comes again.
        Assert.Contains("\"allowed_updates\":[\"message\"]", telegram.Bodies("/getUpdates").First(), StringComparison.Ordinal);
        telegram.Write(-100, 7, "/why");
        await ChatScene.Until(() => scene.Asked.Count == 3, "the next command is heard");
        Assert.Single(scene.Asked, c => c.Kind == ChatCommandKind.Kill);
    }

    [Fact]
    public async Task Users_WhoAreNotListed_AreNotHeard()
    {
        await using var telegram = new FakeTelegram();
        using var scene = new ChatScene();
        scene.Secrets.Set("CONTROL_TOKEN", FakeTelegram.Token);
        telegram.Write(-100, 8, "/kill by somebody else");
        telegram.Write(-100, 7, "/why");
        _ = scene.Listen(Listener(scene, telegram, ["7"]));

        await ChatScene.Until(() => telegram.Kept == 0, "all updates are confirmed");
        Assert.Equal(["Why telegram/7"], scene.Asked.Select(c => $"{c.Kind} {c.Sender}"));
    }

    [Theory]
    [InlineData("TELEGRAM_BOT_TOKEN")]
    [InlineData("TELEGRAM_TOKEN")]
    public async Task Token_OfTheBots_IsNeverReadWith(string variable)
    {
        await using var telegram = new FakeTelegram();
        using var scene = new ChatScene();
        scene.Secrets.Set("CONTROL_TOKEN", FakeTelegram.Token);
        scene.Secrets.Set(variable, FakeTelegram.Token);

        Assert.Equal(ChatPause.Long("token_of_the_bots"), await scene.Listen(Listener(scene, telegram)));
        Assert.Empty(telegram.Taken);
    }

    [Theory]
    [InlineData(401, "refused", 300)]
    [InlineData(409, "token_in_use", 300)]
    [InlineData(500, "unexpected_answer", 5)]
    public async Task Refusal_IsNamed_AndLeavesTelegramAlone(int status, string code, int seconds)
    {
        await using var telegram = new FakeTelegram { Refusing = status };
        using var scene = new ChatScene();
        Assert.Equal("secret_missing", (await scene.Listen(Listener(scene, telegram))).Code);
        scene.Secrets.Set("CONTROL_TOKEN", FakeTelegram.Token);

        Assert.Equal(new ChatPause(code, TimeSpan.FromSeconds(seconds)), await scene.Listen(Listener(scene, telegram)));
        Assert.Single(telegram.Taken);
    }
}
