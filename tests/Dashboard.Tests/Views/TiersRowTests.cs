using ControlPlane.Contracts;
using ControlPlane.Dashboard.Views.Status;

namespace ControlPlane.Dashboard.Tests.Views;

public sealed class TiersRowTests : BunitContext
{
    [Fact]
    public void UnreadCounts_SayUnavailableInAllFive()
    {
        var tiers = Render<TiersRow>(parameters => parameters.Add(p => p.Counts, new TierCounts(null, null, null, null, null)));
        Assert.Equal(Enumerable.Repeat("unavailable", 5), tiers.FindAll("b").Select(cell => cell.TextContent));
    }

    [Fact]
    public void KnownCounts_AreLinksToTheirBots()
    {
        var tiers = Render<TiersRow>(parameters => parameters.Add(p => p.Counts, new TierCounts(2, 0, 0, 0, 1)));
        Assert.Equal(["2", "0", "0", "0", "1"], tiers.FindAll("b").Select(cell => cell.TextContent));
        Assert.Equal("bots?tier=autonomous", tiers.FindAll("a")[^1].GetAttribute("href"));
    }
}
