using ControlPlane.Contracts;
using ControlPlane.Dashboard.Http;
using ControlPlane.Dashboard.Readings;
using ControlPlane.Dashboard.Views.Bots.Detail;

namespace ControlPlane.Dashboard.Tests.Views.Bots;

public sealed class NotTradedCardTests : PageContext
{
    [Theory]
    [InlineData(1, "1 reason, 24 h")]
    [InlineData(1234, "1,234 reasons, 24 h")]
    public async Task Reasons_AreCountedInPlainWords(long count, string says)
    {
        var funnel = new FunnelAnswer("a", Rows.Now, 86_400, 1, 1, 1, 1, 1, null, [new("NO_SIGNAL", count, Rows.Now)], null, null, [], "t");
        var card = await CardAsync(funnel);
        Assert.Equal(says, card.Find("header .muted").TextContent);
        Assert.Equal("No signal", card.Find(".bars li span").TextContent);
    }

    [Fact]
    public async Task UnreadReasons_AreNotNone()
    {
        var funnel = new FunnelAnswer("a", Rows.Now, 86_400, null, null, null, null, null, null, null, null, null, [new("no_trade_reasons", "DATA_UNAVAILABLE", Rows.Now)], "t");
        var card = await CardAsync(funnel);
        Assert.Equal("Reasons unavailable: DATA_UNAVAILABLE.", card.Find(".in .na").TextContent);
        Assert.Empty(card.FindAll("header .muted"));
    }

    private async Task<IRenderedComponent<NotTradedCard>> CardAsync(FunnelAnswer answer)
    {
        var funnel = new Polled<FunnelAnswer>(_ => Task.FromResult(new ApiResult<FunnelAnswer>(answer, 200, null)), Time);
        var rows = new Polled<ListAnswer<NoTradeRow>>(_ => Task.FromResult(new ApiResult<ListAnswer<NoTradeRow>>(new([], null, [], "t"), 200, null)), Time);
        await funnel.RefreshAsync(Xunit.TestContext.Current.CancellationToken);
        await rows.RefreshAsync(Xunit.TestContext.Current.CancellationToken);
        return Render<NotTradedCard>(parameters => parameters.Add(p => p.Bot, Rows.Bot("a")).Add(p => p.Funnel, funnel).Add(p => p.NoTrades, rows));
    }
}
