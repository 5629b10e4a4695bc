using ControlPlane.Contracts;
using ControlPlane.Dashboard.Link;
using ControlPlane.Dashboard.Views.Status;

namespace ControlPlane.Dashboard.Tests.Views;

public sealed class SummaryTests
{
    [Theory]
    [InlineData(LinkState.Live, false)]
    [InlineData(LinkState.Silent, true)]
    [InlineData(LinkState.Reconnecting, true)]
    [InlineData(LinkState.Disconnected, true)]
    [InlineData(LinkState.SignedOut, true)]
    public void Ok_ThatMayNotBeShown_IsUnavailable(LinkState link, bool holds)
    {
        var summary = Of(Rows.System(), link, holds);
        Assert.Equal("UNAVAILABLE", summary.Word);
        Assert.Equal("Last known: OK.", summary.Rest);
    }

    [Fact]
    public void Ok_Live_IsOk() => Assert.Equal(("OK", "All 3 bots can act."), (Of(Rows.System()).Word, Of(Rows.System()).Lead));

    [Fact]
    public void Connecting_ClaimsNothing()
    {
        var summary = Of(Rows.System(), LinkState.Connecting);
        Assert.Equal("Connecting…", summary.Word);
        Assert.Contains("Last evaluation, at 14:02: OK.", summary.Rest, StringComparison.Ordinal);
    }

    [Fact]
    public void Blocked_TellsWhatNeedsAPerson()
    {
        var summary = Of(Rows.System(SystemStatus.Blocked, [Rows.Blocker(), Rows.Blocker(), Rows.Blocker(resolution: Resolution.SelfHealing)]));
        Assert.Equal(("BLOCKED", "2 blockers need you, 1 clears by itself."), (summary.Word, summary.Rest));
    }

    [Fact]
    public void Blocked_ByWhatIsOnItsWayOut_NeedsNobody() =>
        Assert.Equal("Nothing needs you, 1 clears by itself.", Of(Rows.System(SystemStatus.Blocked, [Rows.Blocker(resolution: Resolution.Waits)])).Rest);

    [Fact]
    public void Ok_WithBlockedBots_DoesNotSayThatNothingNeedsAnybody()
    {
        var summary = Of(Rows.System(bots: new BotTotals(3, 2, 2, 0, 1)));
        Assert.Equal("OK", summary.Word);
        Assert.NotEqual("Nothing needs you.", summary.Rest);
    }

    [Fact]
    public void UnreadBots_AreNotCountedAsZero() =>
        Assert.Contains("unavailable", Of(Rows.System(SystemStatus.Blocked, bots: new BotTotals(null, null, null, null, null))).Lead, StringComparison.Ordinal);

    private static Summary Of(SystemStatusAnswer status, LinkState link = LinkState.Live, bool holds = true) =>
        Summary.Of(status, link, holds, Rows.Now, instant => instant.ToString("HH:mm"));
}
