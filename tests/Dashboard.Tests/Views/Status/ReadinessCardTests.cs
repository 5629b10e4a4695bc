using ControlPlane.Contracts;
using ControlPlane.Dashboard.Views.Status;

namespace ControlPlane.Dashboard.Tests.Views.Status;

public sealed class ReadinessCardTests : PageContext
{
    /// <summary>A request a bot was 25 of them each time that a counter moved.</summary>
    [Fact]
    public void WhatTheNextTiersNeed_IsReadInOneRequest_ForTheBotsThatAreShown()
    {
        var bots = Enumerable.Range(0, 40).Select(i => Rows.Bot($"bot-{i:00}")).ToArray();
        Api.Answer("/api/autonomy/next", new NextTiersAnswer([new("bot-00", AutonomyTier.Supervised, 80, new("DAYS", null, 1, 5, "4 more days with evidence."))], [], "t"), ControlPlaneJson.Default.NextTiersAnswer);
        Show(bots: bots);
        var card = Render<ReadinessCard>();
        card.WaitForAssertion(() => Assert.Contains("4 more days with evidence.", card.Markup, StringComparison.Ordinal));
        var call = Assert.Single(Api.Calls);
        Assert.Equal("/api/autonomy/next", call.Path);
        Assert.Equal(bots.Take(25).Select(bot => bot.BotId), Uri.UnescapeDataString(call.Query["?bots=".Length..]).Split(','));
    }
}
