using System.Text.Json.Nodes;
using ControlPlane.Grains.Alerts.Commands;

namespace ControlPlane.Grains.Tests.Alerts.Commands;

public sealed class DiscordListenerTests
{
    private static DiscordListener Listener(ChatScene scene, FakeDiscord discord) =>
        new(new(null, new("CONTROL_TOKEN", ["123"], ["7"], discord.Url)), scene.Calls, scene, TimeProvider.System);

    [Fact]
    public async Task Commands_AreRegisteredByName_AndThoseOfListedChannelsCarriedOut()
    {
        await using var discord = new FakeDiscord();
        using var scene = new ChatScene { Answer = "System BLOCKED @everyone" };
        scene.Secrets.Set("CONTROL_TOKEN", FakeDiscord.Token);
        _ = scene.Listen(Listener(scene, discord));
        await ChatScene.Until(() => discord.Bodies("/commands").Count() == 3, "three commands are registered");
        Assert.Equal(["status", "why", "kill"], discord.Bodies("/commands").Select(body => JsonNode.Parse(body)!["name"]!.GetValue<string>()));
        Assert.All(discord.Taken.Where(t => t.Path.EndsWith("/commands", StringComparison.Ordinal)), t => Assert.Equal("POST", t.Method));

        await discord.GiveAsync("999", "7", "kill", "from elsewhere");
        await discord.GiveAsync("123", "8", "kill", "by somebody else");
        await discord.GiveAsync("123", "7", "release");
        await discord.GiveAsync("123", "7", "kill", "a button", type: 3);
        await discord.GiveAsync("123", "7", "kill", "the feed is wrong");

        await ChatScene.Until(() => discord.Bodies("/@original").Any(), "the command is answered");
        Assert.Equal(["Kill discord/7 the feed is wrong"], scene.Asked.Select(c => $"{c.Kind} {c.Sender} {c.Reason}"));
        Assert.Equal("""{"type":5}""", Assert.Single(discord.Bodies("/callback")));
        var reply = JsonNode.Parse(Assert.Single(discord.Bodies("/@original")))!;
        Assert.Equal("System BLOCKED @everyone", reply["content"]!.GetValue<string>());
        Assert.Empty(reply["allowed_mentions"]!["parse"]!.AsArray());
        await ChatScene.Until(() => scene.Used.Count == 1, "the reply counts as use");
        Assert.Equal(("discord", "control-plane-alerts", 200), (scene.Used.Single().Provider, scene.Used.Single().BotId, scene.Used.Single().HttpStatus));
    }

    [Fact]
    public async Task Gateway_ThatDoesNotAnswerHeartbeats_IsLeft()
    {
        await using var discord = new FakeDiscord { BeatMs = 50, Acknowledges = false };
        using var scene = new ChatScene();
        scene.Secrets.Set("CONTROL_TOKEN", FakeDiscord.Token);
        var listening = scene.Listen(Listener(scene, discord));
        await ChatScene.Until(() => discord.Beats == 1, "a heartbeat comes");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listening.WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken));
        Assert.Equal(1, discord.Beats);
    }

    [Fact]
    public void Pulse_GoesOnAsLongAsItIsAcknowledged()
    {
        var pulse = new DiscordHeartbeat();
        for (var beat = 0; beat < 3; beat++)
        {
            Assert.True(pulse.TryBeat());
            pulse.Acknowledged();
        }

        Assert.True(pulse.TryBeat());
        Assert.False(pulse.TryBeat());
    }

    [Fact]
    public async Task Refusals_AreLeftForAWhile()
    {
        using var scene = new ChatScene();
        await using (var discord = new FakeDiscord())
        {
            Assert.Equal(ChatPause.Long("secret_missing"), await scene.Listen(Listener(scene, discord)));
            scene.Secrets.Set("CONTROL_TOKEN", "another-token");
            Assert.Equal(ChatPause.Long("refused"), await scene.Listen(Listener(scene, discord)));
        }

        scene.Secrets.Set("CONTROL_TOKEN", FakeDiscord.Token);
        await using (var discord = new FakeDiscord { RefusesCommands = 403 })
            Assert.Equal(ChatPause.Long("refused"), await scene.Listen(Listener(scene, discord)));
        await using (var discord = new FakeDiscord())
        {
            var listening = scene.Listen(Listener(scene, discord));
            await discord.CloseAsync(1001);
            Assert.Equal(ChatPause.Short("connection_reset"), await listening);
        }
    }

    /// <summary>Only the operator's own setting names loopback; the address that an answer tells must be one with TLS.</summary>
    [Theory]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gateway")]
    public async Task Gateway_OfAnotherKind_IsNotCalled(string address)
    {
        await using var discord = new FakeDiscord { Gateway = address };
        using var scene = new ChatScene();
        scene.Secrets.Set("CONTROL_TOKEN", FakeDiscord.Token);

        Assert.Equal(ChatPause.Short("unexpected_answer"), await scene.Listen(Listener(scene, discord)));
    }
}
