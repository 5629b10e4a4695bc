using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Losses;
using ControlPlane.Grains.Risk.Seen;

namespace ControlPlane.Grains.Tests.Risk;

public sealed class SeenFeesTests
{
    private static readonly Currencies s_currencies = new(new RiskOptions { Rates = { ["BNB"] = 600m } });

    [Theory]
    [InlineData("BTC-USDT", "USDT", 2, 2)]
    [InlineData("BTC-USDT", null, 2, 2)]
    [InlineData("BTC/USDT", "BTC", 0.01, 500)]
    [InlineData("BTCUSDT", "BNB", 0.01, 6)]
    [InlineData("BTCUSDT", "BNB", 0, 0)]
    public void Fee_IsTakenInTheCurrencyOfThePrices(string symbol, string? currency, double fee, double amount)
    {
        var sight = SeenFees.InOwn(Sight((decimal)fee, currency), symbol, "USD", s_currencies);
        Assert.Equal(((decimal)amount, 50_000m), (sight.Fee, sight.AveragePrice!.Value));
    }

    [Theory]
    [InlineData("KCS")]
    [InlineData("?")]
    public void FeeWithoutARate_MakesThePriceUnknown(string currency)
    {
        var sight = SeenFees.InOwn(Sight(3, currency), "BTC-USDT", "USD", s_currencies);
        Assert.Equal((null, null, 1m), (sight.Fee, sight.AveragePrice, sight.Filled));
    }

    private static OrderSight Sight(decimal fee, string? currency) => new("o", false, "p", "open", 1, 50_000) { Fee = fee, FeeCurrency = currency };
}
