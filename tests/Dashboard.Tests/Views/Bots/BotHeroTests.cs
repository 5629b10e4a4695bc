using ControlPlane.Contracts;
using ControlPlane.Dashboard.Views.Bots.Detail;

namespace ControlPlane.Dashboard.Tests.Views.Bots;

public sealed class BotHeroTests : PageContext
{
    [Fact]
    public void Blocking_ListsEveryBlocker_AndNoneTwice()
    {
        var twice = Rows.Blocker() with { Gate = "brokerConnected" };
        var bot = Rows.Bot("a", SystemStatus.Blocked) with
        {
            Blockers = [Rows.Blocker(), twice, Rows.Blocker("SUPERVISOR_LOOP_INACTIVE", null) with { Message = "Second." }, Rows.Blocker("LIVE_NOT_ARMED", null) with { Message = "Third." }, Rows.Blocker("INTEGRATION_DEGRADED", "oanda", Severity.Degraded) with { Message = "Fourth." }],
        };
        var hero = Render<BotHero>(parameters => parameters.Add(p => p.Bot, bot));
        Assert.Equal("What's blocking autonomy?", hero.Find("#blocking-title").TextContent);
        Assert.Equal(
            ["Polygon has no key.", "Second.", "Third.", "Fourth."],
            hero.FindAll("section[aria-labelledby=blocking-title] li b").Select(b => b.TextContent));
        Assert.Contains("3 blockers", hero.Find(".word").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void KilledBot_SaysWhoKilledItAndWhy()
    {
        var bot = Rows.Bot("a", SystemStatus.Blocked) with { KillSwitch = Rows.Killed("alice", "Fat finger."), Blockers = [Rows.Blocker("KILL_SWITCH_ENGAGED", null) with { BotId = "a" }] };
        var text = Render<BotHero>(parameters => parameters.Add(p => p.Bot, bot)).Find(".lead").TextContent;
        Assert.Contains("KILLED", text, StringComparison.Ordinal);
        Assert.Contains("by alice", text, StringComparison.Ordinal);
        Assert.Contains("Fat finger.", text, StringComparison.Ordinal);
    }
}
