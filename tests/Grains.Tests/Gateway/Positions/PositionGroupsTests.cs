using ControlPlane.Abstractions;
using ControlPlane.Grains.Gateway.Positions;
using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Grains.Tests.Gateway.Positions;

public sealed class PositionGroupsTests
{
    private static readonly ProviderCatalogue s_catalogue = CatalogueLoader.Load(null);

    [Fact]
    public void Bots_ThatTradeOneSymbolInOneAccount_ShareIt()
    {
        var groups = Of("oanda", Bot("a", "EURUSD", ("EUR_USD", "A1")), Bot("b", "EURUSD", ("EUR_USD", "A1")), Bot("c", "EURUSD", ("EUR_USD", "A2")), Bot("d", "GBPUSD", ("GBP_USD", "A1")));
        Assert.Equal(["a+b", "c", "d"], groups);
    }

    /// <summary>One bot takes two symbols for one: whoever trades either shares with it.</summary>
    [Fact]
    public void Bots_ThatShareThroughAnAliasOfAThird_AreOneGroup() =>
        Assert.Equal(["a+b+c"], Of("alpaca", Bot("a", "X", ("XOLD", "")), Bot("b", "Y", ("YOLD", "")), Bot("c", "X", ("XOLD", ""), ("YOLD", ""))));

    [Fact]
    public void Holding_OfWhichNoOrderIsKnown_JoinsWhoeverTradesTheSymbol()
    {
        Assert.Equal(["a+b"], Of("oanda", Bot("a", "EURUSD", ("EUR_USD", "A1")), Bot("b", "EURUSD")));
        Assert.Empty(Of("oanda", Bot("b", "EURUSD")));
    }

    [Fact]
    public void Holding_OfTwoAccounts_OrPartlyOfASpotMarket_IsHeldElsewhereToo()
    {
        var oanda = PositionGroups.Of(s_catalogue.Find("oanda")!, [Bot("a", "EURUSD", ("EUR_USD", "A1"), ("EUR_USD", "A2"))]);
        Assert.True(Assert.Single(Assert.Single(oanda).Bots).Holding.Elsewhere);
        var holding = Bot("a", "BTCUSDT");
        var mixed = holding with { Holding = holding.Holding with { Orders = [new("BTCUSDT", """{"category":"linear"}"""), new("BTCUSDT", """{"category":"spot"}""")], Elsewhere = false } };
        Assert.True(Assert.Single(Assert.Single(PositionGroups.Of(s_catalogue.Find("bybit")!, [mixed])).Bots).Holding.Elsewhere);
    }

    [Fact]
    public void SpotHoldings_AreNotCompared() => Assert.Empty(Of("okx", Bot("a", "BTCUSDT", ("BTC-USDT", ""))));

    private static string[] Of(string provider, params BotHolding[] holdings) =>
        [.. PositionGroups.Of(s_catalogue.Find(provider)!, holdings).Select(group => string.Join('+', group.Bots.Select(bot => bot.BotId).Order(StringComparer.Ordinal))).Order(StringComparer.Ordinal)];

    private static BotHolding Bot(string bot, string symbol, params (string Symbol, string Account)[] orders) => new(
        bot,
        new(symbol, [.. orders.Select(order => new VenueSymbol(order.Symbol, $$"""{"account_id":"{{order.Account}}"}"""))], orders.Length == 0, 1, 1, true, 0, [], "s", default));
}
