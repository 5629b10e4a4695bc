using System.Globalization;
using System.Text;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gateway.Positions;
using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Grains.Tests.Gateway.Positions;

/// <summary>Bodies as the brokers' documents show them, with the numbers changed.</summary>
public sealed class PositionReaderTests
{
    private static readonly ProviderCatalogue s_catalogue = CatalogueLoader.Load(null);

    [Theory]
    [InlineData("alpaca", "AAPL", """[{"symbol":"AAPL","qty":"5","side":"long"},{"symbol":"TSLA","qty":"7","side":"long"}]""", "5")]
    [InlineData("alpaca", "AAPL", """[{"symbol":"AAPL","qty":"-5","side":"short"}]""", "-5")]
    [InlineData("alpaca", "AAPL", "[]", "0")]
    [InlineData("alpaca", "BTC/USD", """[{"symbol":"BTCUSD","qty":"0.25","side":"long"}]""", "0.25")]
    [InlineData("alpaca", "AAPL", """[{"symbol":"AAPL","qty":"5","side":"sideways"}]""", null)]
    [InlineData("alpaca", "AAPL", """[{"symbol":"AAPL","qty":"five","side":"long"}]""", null)]
    [InlineData("alpaca", "AAPL", """{"message":"forbidden"}""", null)]
    [InlineData("oanda", "EUR_USD", """{"positions":[{"instrument":"EUR_USD","long":{"units":"100"},"short":{"units":"-30"}}]}""", "70")]
    [InlineData("oanda", "EUR_USD", """{"positions":[{"instrument":"EUR_USD","long":{"units":"100"}}]}""", null)]
    [InlineData("oanda", "EUR_USD", """{"positions":[]}""", "0")]
    [InlineData("oanda", "EUR_USD", """{"lastTransactionID":"7"}""", null)]
    [InlineData("tradier", "SPY", """{"positions":"null"}""", "0")]
    [InlineData("tradier", "SPY", """{"positions":{"position":{"symbol":"SPY","quantity":-2.0}}}""", "-2")]
    [InlineData("tradier", "SPY", """{"positions":{"position":[{"symbol":"SPY","quantity":3},{"symbol":"SPY","quantity":1},{"symbol":"QQQ","quantity":9}]}}""", "4")]
    [InlineData("tradier", "SPY", """{"fault":"x"}""", null)]
    [InlineData("tradovate", "ESZ6", """[{"accountId":1,"contractId":77,"netPos":-3},{"accountId":2,"contractId":77,"netPos":5},{"accountId":1,"contractId":78,"netPos":4}]""", "-3")]
    [InlineData("tradovate", "ESZ6", "[]", "0")]
    [InlineData("bybit", "BTCUSDT", """{"retCode":0,"result":{"list":[{"symbol":"BTCUSDT","side":"Sell","size":"0.5"}]}}""", "-0.5")]
    [InlineData("bybit", "BTCUSDT", """{"retCode":0,"result":{"list":[{"symbol":"BTCUSDT","side":"Buy","size":"0.5"},{"symbol":"BTCUSDT","side":"Sell","size":"0.2"}]}}""", "0.3")]
    [InlineData("bybit", "BTCUSDT", """{"retCode":0,"result":{"list":[{"symbol":"BTCUSDT","side":"","size":"0"}]}}""", "0")]
    [InlineData("bybit", "BTCUSDT", """{"retCode":10002,"result":{"list":[]}}""", null)]
    [InlineData("okx", "BTC-USDT-SWAP", """{"code":"0","data":[{"instId":"BTC-USDT-SWAP","posSide":"net","pos":"-4"}]}""", "-4")]
    [InlineData("okx", "BTC-USDT-SWAP", """{"code":"0","data":[{"instId":"BTC-USDT-SWAP","posSide":"long","pos":"4"},{"instId":"BTC-USDT-SWAP","posSide":"short","pos":"1"}]}""", "3")]
    [InlineData("okx", "BTC-USDT-SWAP", """{"code":"50011","data":[]}""", null)]
    public void Position_IsReadAsTheBrokerDocumentsIt_OrNotAtAll(string provider, string symbol, string body, string? expected)
    {
        var question = Question(provider, symbol)!;
        var values = new Dictionary<string, string>(question.Values) { ["contract_id"] = "77" };
        var units = PositionReader.Read(question.Positions, symbol, values.GetValueOrDefault, 200, Encoding.UTF8.GetBytes(body));
        Assert.Equal(expected is null ? null : decimal.Parse(expected, CultureInfo.InvariantCulture), units);
        Assert.Null(PositionReader.Read(question.Positions, symbol, values.GetValueOrDefault, 404, Encoding.UTF8.GetBytes(body)));
    }

    [Fact]
    public void Position_WithoutTheNumberOfItsContract_IsNotKnown()
    {
        var question = Question("tradovate", "ESZ6")!;
        Assert.Null(PositionReader.Read(question.Positions, "ESZ6", question.Values.GetValueOrDefault, 200, "[]"u8.ToArray()));
    }

    /// <summary>A balance is no position: what was paid in is in it too.</summary>
    [Theory]
    [InlineData("binance", "BTCUSDT", null)]
    [InlineData("bybit", "BTCUSDT", "spot")]
    [InlineData("okx", "BTC-USDT", null)]
    [InlineData("coinbase", "BTC-USD", null)]
    [InlineData("kraken", "XBTUSD", null)]
    public void SpotMarkets_HaveNoPositions(string provider, string symbol, string? category) => Assert.Null(Question(provider, symbol, category));

    private static PositionQuestion? Question(string provider, string symbol, string? category = "linear") => PositionQuestion.Of(
        s_catalogue.Find(provider)!, new(symbol, $$"""{"account_id":"A1","order_account_id":"1","category":"{{category}}"}"""));
}
