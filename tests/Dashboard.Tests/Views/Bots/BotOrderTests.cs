using ControlPlane.Contracts;
using ControlPlane.Dashboard.Views.Bots;

namespace ControlPlane.Dashboard.Tests.Views.Bots;

public sealed class BotOrderTests
{
    private static readonly BotRow[] s_bots =
    [
        Rows.Bot("a") with { Score = 10, Pnl24h = -5 },
        Rows.Bot("b", SystemStatus.Blocked) with { Score = 90 },
        Rows.Bot("c", SystemStatus.Degraded) with { Pnl24h = 7, Tier = AutonomyTier.Limited },
    ];

    [Theory]
    [InlineData("readiness", false, "b c a")]
    [InlineData("readiness", true, "a c b")]
    [InlineData("bot", false, "a b c")]
    [InlineData("bot", true, "c b a")]
    [InlineData("score", false, "b a c")]
    [InlineData("score", true, "a b c")]
    [InlineData("profit", false, "c a b")]
    [InlineData("profit", true, "a c b")]
    [InlineData("tier", false, "c a b")]
    public void Sort_PutsWhatIsNotKnownLast(string sort, bool turned, string order) =>
        Assert.Equal(order, string.Join(' ', BotOrder.Sort(s_bots, sort, turned).Select(bot => bot.BotId)));
}
