using ControlPlane.Contracts;
using ControlPlane.Dashboard.Views.Live;

namespace ControlPlane.Dashboard.Tests.Views;

public sealed class LiveTests : PageContext
{
    private static readonly LiveTradingRow s_armed = new(true, Rows.Now.AddMinutes(30), "operator");

    [Fact]
    public void Armed_IsABanner_ThatOneClickDisarms()
    {
        Show(Rows.System() with { LiveTrading = s_armed }, [Rows.Bot("a") with { Live = s_armed }]);
        Api.Answer("/api/system/live/disarm", new LiveAnswerBody(false, null, new(false, null, null), "t"), ControlPlaneJson.Default.LiveAnswerBody);
        var banner = Render<LiveBanner>();
        Assert.Equal(2, banner.FindAll(".banner.live").Count);
        Assert.Contains("LIVE is armed until 14:32", banner.Markup, StringComparison.Ordinal);
        banner.Find("button").Click();
        Assert.Equal(("POST", "/api/system/live/disarm"), (Assert.Single(Api.Calls).Method, Api.Calls[0].Path));
    }

    /// <summary>Thirty banners would leave no room for the view.</summary>
    [Fact]
    public void ManyArmedBots_ShareOneBanner_ThatDisarmsEach()
    {
        Show(Rows.System(), [.. Enumerable.Range(0, 30).Select(i => Rows.Bot($"bot-{i:00}") with { Live = s_armed })]);
        Api.Answer("/api/bots/bot-07/live/disarm", new LiveAnswerBody(false, null, new(false, null, null), "t"), ControlPlaneJson.Default.LiveAnswerBody);
        var banner = Render<LiveBanner>();
        var shared = Assert.Single(banner.FindAll(".banner.live"));
        Assert.Contains("LIVE is armed for 30 bots", shared.QuerySelector("summary")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(30, shared.QuerySelectorAll("li").Length);
        banner.Find("button[aria-label='Disarm LIVE for bot-07']").Click();
        Assert.Equal("/api/bots/bot-07/live/disarm", Assert.Single(Api.Calls).Path);
    }

    [Fact]
    public void NotArmed_ThereIsNone()
    {
        Show();
        Assert.Empty(Render<LiveBanner>().FindAll(".banner"));
    }

    [Fact]
    public void Viewer_SeesTheBanner_WithoutTheButton()
    {
        SignIn("viewer");
        Show(Rows.System() with { LiveTrading = s_armed });
        var banner = Render<LiveBanner>();
        Assert.Single(banner.FindAll(".banner.live"));
        Assert.Empty(banner.FindAll("button"));
    }

    [Fact]
    public void Arming_IsOfferedOnlyWhereItCanBeUsed()
    {
        var able = Rows.Bot("a") with { Mode = TradingMode.Live, Tier = AutonomyTier.Supervised };
        Assert.Null(LiveRules.WhyNotArm(able, Rows.System()));
        Assert.NotNull(LiveRules.WhyNotArm(able with { Mode = TradingMode.Paper }, Rows.System()));
        Assert.NotNull(LiveRules.WhyNotArm(able with { Tier = AutonomyTier.Paper }, Rows.System()));
        Assert.NotNull(LiveRules.WhyNotArm(able with { KillSwitch = Rows.Killed() }, Rows.System()));
        Assert.NotNull(LiveRules.WhyNotArm(able, Rows.System() with { KillSwitch = Rows.Killed() }));
        Assert.NotNull(LiveRules.WhyNotArm(able, null));
    }
}
