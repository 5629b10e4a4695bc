using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Alerts.Commands;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Grains.Kills;

namespace ControlPlane.Grains.Tests.Alerts.Commands;

/// <summary>What is read as a command, from whom, and what is answered.</summary>
public sealed class ChatCommandTests
{
    [Theory]
    [InlineData("/status", "Status ")]
    [InlineData("/STATUS@control_bot", "Status ")]
    [InlineData("/why please", "Why ")]
    [InlineData("/kill", "Kill ")]
    [InlineData("/kill@control_bot  the feed\nis wrong ", "Kill the feed is wrong")]
    public void Parse_Command_IsRead(string text, string expected)
    {
        var command = ChatCommand.Parse(text, "telegram/1")!;
        Assert.Equal(expected, $"{command.Kind} {command.Reason}");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("kill")]
    [InlineData("please /kill")]
    [InlineData("/killing")]
    [InlineData("/release now")]
    [InlineData("/arm")]
    [InlineData("/ack 1")]
    public void Parse_AnythingElse_IsNoCommand(string? text) => Assert.Null(ChatCommand.Parse(text, "telegram/1"));

    /// <summary>A chat may tighten: whoever adds a command that loosens has to change this line.</summary>
    [Fact]
    public void Commands_AreThreeAndLoosenNothing() => Assert.Equal(["Status", "Why", "Kill"], Enum.GetNames<ChatCommandKind>());

    [Theory]
    [InlineData(1, 5)]
    [InlineData(3, 20)]
    [InlineData(50, 300)]
    public void Pause_Grows(int inRow, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), ChatPause.Short("timeout").After(inRow));

    [Fact]
    public void Reason_IsBounded() => Assert.Equal(200, ChatCommand.Parse("/kill " + new string('x', 5_000), "telegram/1")!.Reason!.Length);

    [Theory]
    [InlineData("-100", "7", true)]
    [InlineData("-100", "8", false)]
    [InlineData("-200", "7", false)]
    [InlineData(null, "7", false)]
    [InlineData("-100", null, false)]
    public void Allows_ListedChatAndUser_Alone(string? chat, string? user, bool expected) =>
        Assert.Equal(expected, new ChatListenerSettings("T", ["-100"], ["7"], null).Allows(chat, user));

    [Fact]
    public void Allows_WithoutUsers_EverybodyInTheChat()
    {
        var settings = new ChatListenerSettings("T", ["-100"], [], null);
        Assert.True(settings.Allows("-100", null));
        Assert.False(settings.Allows("-101", "7"));
    }

    private static NodeGateReading Reading(SystemStatus status, long validForMs = 3_000, params Blocker[] blockers) => new(
        new GateSnapshot
        {
            Epoch = 1,
            Version = 1,
            Status = status,
            TradingState = status == SystemStatus.Blocked ? TradingState.Halted : TradingState.Active,
            Blockers = [.. blockers],
            PathToOk = blockers.Length == 0 ? [] : [new PathStep(1, "verify", "polygon", [], "Verify polygon.")],
            DecidedAt = DateTimeOffset.UnixEpoch,
        },
        default, validForMs, null);

    private static Blocker Blocker(string message) => new(Codes.IntegrationVerifyFailed, Severity.Blocked, "system", null, "polygon", null, message, "Copy the key again.", DateTimeOffset.UnixEpoch, null);

    [Fact]
    public void Status_AndWhy_SayWhatStands()
    {
        Assert.StartsWith("System OK, trading ACTIVE.", ChatReplies.Status(Reading(SystemStatus.Ok)), StringComparison.Ordinal);
        Assert.Equal("System OK. Nothing blocks or degrades it.", ChatReplies.Why(Reading(SystemStatus.Ok)));
        var why = ChatReplies.Why(Reading(SystemStatus.Blocked, 3_000, [.. Enumerable.Range(1, 9).Select(i => Blocker($"Cause {i}."))]));
        Assert.Contains("- Cause 8. Copy the key again.", why, StringComparison.Ordinal);
        Assert.DoesNotContain("Cause 9", why, StringComparison.Ordinal);
        Assert.Contains("And 1 more.", why, StringComparison.Ordinal);
        Assert.EndsWith("First step to OK: Verify polygon.", why, StringComparison.Ordinal);
    }

    [Fact]
    public void Gate_ThatIsNotHeard_IsNeverToldAsOk()
    {
        Assert.StartsWith("System BLOCKED", ChatReplies.Status(Reading(SystemStatus.Ok, validForMs: 0)), StringComparison.Ordinal);
        Assert.StartsWith("This node hears nothing", ChatReplies.Why(Reading(SystemStatus.Ok, validForMs: 0)), StringComparison.Ordinal);
        Assert.StartsWith("System BLOCKED", ChatReplies.Status(new(null, default, 0, null)), StringComparison.Ordinal);
    }

    [Fact]
    public void Kill_ThatNobodyTook_IsNotToldAsEngaged()
    {
        var order = new KillOrder(Guid.NewGuid(), null, "x", new Caller("telegram/7", "runner", new string('a', 32)), DateTimeOffset.UnixEpoch);
        Assert.StartsWith("NOT engaged everywhere", ChatReplies.Kill(new(order, null, Taken: false, EngagedHere: false)), StringComparison.Ordinal);
        Assert.StartsWith("Kill switch engaged on this node", ChatReplies.Kill(new(order, null, Taken: false, EngagedHere: true)), StringComparison.Ordinal);
        var answer = new KillAnswer(true, false, new(1, 2), new(0, 3), new(true, "x", "y", null, false));
        Assert.Equal(
            "Kill switch engaged. No order passes; 1 of 2 nodes and 0 of 3 runners have acknowledged. It is not on disk yet and is kept until it is. An operator releases it.",
            ChatReplies.Kill(new(order, answer, Taken: true, EngagedHere: true)));
    }
}
