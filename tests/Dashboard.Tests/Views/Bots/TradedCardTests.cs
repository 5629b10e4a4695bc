using System.Text.Json;
using ControlPlane.Contracts;
using ControlPlane.Dashboard.Http;
using ControlPlane.Dashboard.Readings;
using ControlPlane.Dashboard.Views.Bots.Detail;

namespace ControlPlane.Dashboard.Tests.Views.Bots;

public sealed class TradedCardTests : PageContext
{
    [Theory]
    [InlineData("1.08345", "1.08345")]
    [InlineData("0.00001234", "0.00001234")]
    public async Task Price_IsNotRoundedAway_AndItsExactValueIsItsTitle(string price, string shown)
    {
        var card = await CardAsync(Decision(decimal.Parse(price, System.Globalization.CultureInfo.InvariantCulture), null));
        Assert.Contains(shown, card.FindAll(".figure").Select(figure => figure.TextContent));
        Assert.Contains(price, card.FindAll(".figure").Select(figure => figure.GetAttribute("title")));
    }

    [Fact]
    public async Task Variables_AreAllShown_AndProfitCarriesItsCurrency()
    {
        var card = await CardAsync(Decision(1.5m, -0.001m));
        Assert.Equal(9, card.FindAll(".tag").Count);
        Assert.Equal("\u22120.001 EUR", card.Find(".gain").TextContent);
    }

    private async Task<IRenderedComponent<TradedCard>> CardAsync(DecisionRow decision)
    {
        var polled = new Polled<ListAnswer<DecisionRow>>(_ => Task.FromResult(new ApiResult<ListAnswer<DecisionRow>>(new([decision], null, [], "t"), 200, null)), Time);
        await polled.RefreshAsync(Xunit.TestContext.Current.CancellationToken);
        return Render<TradedCard>(parameters => parameters.Add(p => p.Source, polled).Add(p => p.Currency, "EUR"));
    }

    private static DecisionRow Decision(decimal price, decimal? pnl) => new(
        "d1", "a", Rows.Now, "EURUSD", "buy", "Because.", Enumerable.Range(0, 9).ToDictionary(i => $"v{i}", i => JsonDocument.Parse($"{i}.5").RootElement), null, null, "t1", null, null, null,
        new TradeRow("t1", "a", "EURUSD", "buy", 2, price, pnl, Rows.Now, null, "d1", null));
}
