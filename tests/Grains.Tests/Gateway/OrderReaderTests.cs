using System.Text;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gateway;
using ControlPlane.Grains.Gateway.Orders;
using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Grains.Tests.Gateway;

/// <summary>Orders as the providers' published documents write them, read by the built-in catalogue.</summary>
public sealed class OrderReaderTests
{
    private const string Json = "application/json";
    private const string Form = "application/x-www-form-urlencoded";
    private static readonly ProviderCatalogue s_catalogue = CatalogueLoader.Load(null);

    public static TheoryData<string, string, string, string, string, string> Known => new()
    {
        { "alpaca", "POST /v2/orders", Json, """{"symbol":"AAPL","qty":"2","side":"buy","type":"limit","time_in_force":"day","limit_price":"187.5","client_order_id":"a1"}""", "", "AAPL Buy 2 limit 187.5 - Position a1" },
        { "alpaca", "POST /v2/orders", Json, """{"symbol":"AAPL","notional":150.5,"side":"sell","type":"market","time_in_force":"day","position_intent":"sell_to_close"}""", "", "AAPL Sell $150.5 market - - Reduce -" },
        { "alpaca", "POST /v2/orders", Json, """{"symbol":"AAPL251219C00190000","qty":"1","side":"buy","type":"market","time_in_force":"day"}""", "", "AAPL251219C00190000 Buy 1 lots market - - Position -" },
        { "alpaca", "POST /v2/orders", Json, """{"symbol":"AAPL","qty":1,"side":"sell","type":"stop_limit","stop_price":90,"limit_price":89.5,"time_in_force":"gtc","take_profit":null}""", "", "AAPL Sell 1 stop_limit 89.5 90 Position -" },
        { "oanda", "POST /v3/accounts/1/orders", Json, """{"order":{"units":"-100","instrument":"EUR_USD","timeInForce":"FOK","type":"MARKET","positionFill":"DEFAULT"}}""", "", "EUR_USD Sell 100 market - - Position -" },
        { "oanda", "POST /v3/accounts/1/orders", Json, """{"order":{"price":"1.1","units":"100","instrument":"EUR_USD","timeInForce":"GTC","type":"LIMIT","positionFill":"REDUCE_ONLY","clientExtensions":{"id":"x1","tag":"t"}}}""", "", "EUR_USD Buy 100 limit 1.1 - Reduce x1" },
        { "tradier", "POST /v1/accounts/VA1/orders", Form, "class=equity&symbol=SPY&side=sell_short&quantity=10&type=market&duration=day&tag=my-tag", "", "SPY Sell 10 market - - Open my-tag" },
        { "tradier", "POST /v1/accounts/VA1/orders", Form, "class=option&symbol=SPY&option_symbol=SPY251219C00600000&side=sell_to_close&quantity=1&type=limit&duration=day&price=1.00", "", "SPY251219C00600000 Sell 1 lots limit 1.00 - Reduce -" },
        { "tradovate", "POST /order/placeorder", Json, """{"accountSpec":"u","accountId":1,"action":"Buy","symbol":"MYMM1","orderQty":1,"orderType":"Stop","stopPrice":35000,"isAutomated":true,"clOrdId":"c1"}""", "", "MYMM1 Buy 1 lots stop - 35000 Position c1" },
        { "binance", "POST /api/v3/order", "", "", "?symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=0.01&price=60000&newClientOrderId=x-1&recvWindow=5000&timestamp=1&signature=ab", "BTCUSDT Sell 0.01 limit 60000 - Position x-1" },
        { "binance", "POST /api/v3/order", Form, "symbol=BTCUSDT&side=BUY&type=MARKET&quoteOrderQty=100", "", "BTCUSDT Buy $100 market - - Position -" },
        { "bybit", "POST /v5/order/create", Json, """{"category":"linear","symbol":"BTCUSDT","side":"Buy","orderType":"Limit","qty":"0.1","price":"28000","timeInForce":"GTC","reduceOnly":true,"orderLinkId":"l1"}""", "", "BTCUSDT Buy 0.1 limit 28000 - Reduce l1" },
        { "bybit", "POST /v5/order/create", Json, """{"category":"spot","symbol":"BTCUSDT","side":"Buy","orderType":"Market","qty":"200"}""", "", "BTCUSDT Buy $200 market - - Position -" },
        { "bybit", "POST /v5/order/create", Json, """{"category":"spot","symbol":"BTCUSDT","side":"Sell","orderType":"Market","qty":"0.1"}""", "", "BTCUSDT Sell 0.1 market - - Position -" },
        { "bybit", "POST /v5/order/create", Json, """{"category":"linear","symbol":"BTCUSDT","side":"Sell","orderType":"Market","qty":"0.1","triggerPrice":"27000","triggerDirection":2}""", "", "BTCUSDT Sell 0.1 stop - 27000 Position -" },
        { "okx", "POST /api/v5/trade/order", Json, """{"instId":"BTC-USDT","tdMode":"cash","clOrdId":"b15","side":"buy","ordType":"limit","px":"2.15","sz":"2"}""", "", "BTC-USDT Buy 2 limit 2.15 - Position b15" },
        { "okx", "POST /api/v5/trade/order", Json, """{"instId":"BTC-USDT","tdMode":"cash","side":"buy","ordType":"market","sz":"100"}""", "", "BTC-USDT Buy $100 market - - Position -" },
        { "okx", "POST /api/v5/trade/order", Json, """{"instId":"BTC-USDT-SWAP","tdMode":"cross","side":"buy","ordType":"market","sz":"3"}""", "", "BTC-USDT-SWAP Buy 3 lots market - - Position -" },
        { "coinbase", "POST /api/v3/brokerage/orders", Json, """{"client_order_id":"0000-00000","product_id":"BTC-USD","side":"BUY","order_configuration":{"limit_limit_gtc":{"base_size":"0.001","limit_price":"10000.00","post_only":false}}}""", "", "BTC-USD Buy 0.001 limit 10000.00 - Position 0000-00000" },
        { "coinbase", "POST /api/v3/brokerage/orders", Json, """{"client_order_id":"1","product_id":"BTC-USD","side":"BUY","order_configuration":{"market_market_ioc":{"quote_size":"10"}}}""", "", "BTC-USD Buy $10 market - - Position 1" },
        { "kucoin", "POST /api/v1/hf/orders", Json, """{"clientOid":"5c52e11203aa677f33e493fb","side":"buy","symbol":"BTC-USDT","type":"limit","price":"50000","size":"0.00001"}""", "", "BTC-USDT Buy 0.00001 limit 50000 - Position 5c52e11203aa677f33e493fb" },
        { "kraken", "POST /0/private/AddOrder", Form, "nonce=1&ordertype=limit&type=buy&volume=1.25&pair=XBTUSD&price=27500&cl_ord_id=6d1b345e-2821-40e2-ad83-4ecb18a06876", "", "XBTUSD Buy 1.25 limit 27500 - Position 6d1b345e-2821-40e2-ad83-4ecb18a06876" },
        { "kraken", "POST /0/private/AddOrder", Form, "nonce=1&ordertype=stop-loss-limit&type=sell&volume=1&pair=XBTUSD&price=27000&price2=26900&reduce_only=true", "", "XBTUSD Sell 1 stop_limit 26900 27000 Reduce -" },
    };

    public static TheoryData<string, string, string, string> Refused => new()
    {
        { "alpaca", "POST /v2/orders", """{"symbol":"AAPL","qty":"2","side":"buy","type":"market","time_in_force":"day","order_class":"bracket","take_profit":{"limit_price":"1"}}""", "/order_class" },
        { "alpaca", "POST /v2/orders", """{"symbol":"AAPL","qty":"2","side":"buy","type":"market","time_in_force":"day","legs":[{"symbol":"X"}]}""", "/legs/0/symbol" },
        { "alpaca", "POST /v2/orders", """{"symbol":"AAPL","qty":"2","side":"buy","type":"trailing_stop","trail_percent":"1","time_in_force":"day"}""", "/type" },
        { "alpaca", "POST /v2/orders", """{"symbol":"AAPL","qty":"2","notional":"3","side":"buy","type":"market","time_in_force":"day"}""", "/notional" },
        { "alpaca", "POST /v2/orders", """{"symbol":"AAPL","qty":"-2","side":"buy","type":"market","time_in_force":"day"}""", "/qty" },
        { "alpaca", "POST /v2/orders", """{"symbol":"AAPL","qty":"0x10","side":"buy","type":"market","time_in_force":"day"}""", "/qty" },
        { "alpaca", "POST /v2/orders", """{"symbol":"AAPL","qty":"1","QTY":"100","side":"buy","type":"market","time_in_force":"day"}""", "/QTY" },
        { "alpaca", "POST /v2/orders", """{"symbol":"AAPL","qty":"1","qty":"100","side":"buy","type":"market","time_in_force":"day"}""", "names a field twice" },
        { "alpaca", "POST /v2/orders", """{"symbol":"AAPL","qty":"1","side":"short","type":"market","time_in_force":"day"}""", "/side" },
        { "alpaca", "POST /v2/orders", """{"qty":"1","side":"buy","type":"market","time_in_force":"day"}""", "/symbol" },
        { "alpaca", "POST /v2/orders", """{"symbol":"AAPL","qty":"1","side":"buy","type":"limit","time_in_force":"day"}""", "/limit_price" },
        { "alpaca", "POST /v2/orders", """{"symbol":"AAPL","qty":"1","side":"buy","type":"market","time_in_force":"day","client_order_id":""}""", "/client_order_id" },
        { "alpaca", "POST /v2/orders", "{", "no JSON" },
        { "oanda", "POST /v3/accounts/1/orders", """{"order":{"units":"1","instrument":"EUR_USD","type":"MARKET","stopLossOnFill":{"price":"1"}}}""", "/order/stopLossOnFill/price" },
        { "oanda", "POST /v3/accounts/1/orders", """{"order":{"type":"TRAILING_STOP_LOSS","tradeID":"6","distance":"1"}}""", "/order/instrument" },
        { "tradovate", "POST /order/placeorder", """{"action":"Buy","symbol":"ES","orderQty":1,"orderType":"TrailingStop","pegDifference":1}""", "/orderType" },
        { "bybit", "POST /v5/order/create", """{"category":"spot","symbol":"B","side":"Buy","orderType":"Limit","qty":"1","price":"2","isLeverage":1}""", "/isLeverage" },
        { "bybit", "POST /v5/order/create", """{"category":"linear","symbol":"B","side":"Buy","orderType":"Limit","qty":"1","price":"2","takeProfit":"3"}""", "/takeProfit" },
        { "okx", "POST /api/v5/trade/order", """{"instId":"A","tdMode":"cash","side":"buy","ordType":"limit","px":"1","sz":"1","attachAlgoOrds":[{"tpTriggerPx":"1"}]}""", "/attachAlgoOrds/0/tpTriggerPx" },
        { "coinbase", "POST /api/v3/brokerage/orders", """{"client_order_id":"1","product_id":"B","side":"BUY","leverage":"5","order_configuration":{"market_market_ioc":{"quote_size":"1"}}}""", "/leverage" },
        { "kucoin", "POST /api/v1/orders", """{"clientOid":"c","side":"buy","symbol":"B","type":"market","size":"1","stop":"loss","stopPrice":"1"}""", "/stop" },
    };

    [Theory]
    [MemberData(nameof(Known))]
    public void Order_OfTheDocuments_IsRead(string provider, string operation, string type, string body, string query, string expected) =>
        Assert.Equal(expected, Text(Assert.Single(Read(provider, operation, type, body, query))));

    [Theory]
    [MemberData(nameof(Refused))]
    public void Order_WithWhatIsNotKnown_IsRefusedByTheField(string provider, string operation, string body, string told) =>
        Assert.Contains(told, Assert.Throws<OrderFaultException>(() => Read(provider, operation, Json, body, "")).Detail, StringComparison.Ordinal);

    [Theory]
    [InlineData("symbol=A&side=BUY&type=MARKET&quantity=1&quantity=100", "", "/quantity")]
    [InlineData("quantity=100", "?symbol=A&side=BUY&type=MARKET&quantity=1", "/quantity")]
    [InlineData("symbol=A&side=BUY&type=MARKET&quantity=1&trailingDelta=5", "", "/trailingDelta")]
    [InlineData("symbol=A&side=BUY&type=LIMIT&quantity=1&price=%2B5", "", "/price")]
    public void Form_ThatCanBeReadInTwoWays_IsRefused(string form, string query, string told) =>
        Assert.Contains(told, Assert.Throws<OrderFaultException>(() => Read("binance", "POST /api/v3/order", Form, form, query)).Detail, StringComparison.Ordinal);

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("multipart/form-data; boundary=x")]
    public void Body_OfAnotherForm_IsRefused(string type) =>
        Assert.Throws<OrderFaultException>(() => Read("alpaca", "POST /v2/orders", type, """{"symbol":"AAPL"}""", ""));

    [Fact]
    public void Batch_IsReadWhole_AndRefusedWhole()
    {
        const string Good = """{"symbol":"A","side":"Buy","orderType":"Limit","qty":"1","price":"2","orderLinkId":"1"}""";
        Assert.Equal(["1", "2"], Read("bybit", "POST /v5/order/create-batch", Json, $$"""{"category":"linear","request":[{{Good}},{{Good.Replace("\"1\"}", "\"2\"}", StringComparison.Ordinal)}}]}""", "").Select(o => o.ClientOrderId));
        Assert.Throws<OrderFaultException>(() => Read("bybit", "POST /v5/order/create-batch", Json, $$"""{"category":"linear","request":[{{Good}},{"symbol":"A"}]}""", ""));
        Assert.Throws<OrderFaultException>(() => Read("bybit", "POST /v5/order/create-batch", Json, """{"category":"linear","request":[]}""", ""));
    }

    [Fact]
    public void Validation_PlacesNothing() =>
        Assert.Empty(Read("kraken", "POST /0/private/AddOrder", Form, "nonce=1&ordertype=limit&type=buy&volume=1&pair=XBTUSD&price=1&validate=true", ""));

    [Fact]
    public void Hash_OfTheSameRequestMadeAgain_IsTheSame()
    {
        static string Hash(string query) => Read("binance", "POST /api/v3/order", "", "", query)[0].Hash;
        var first = Hash("?symbol=A&side=BUY&type=MARKET&quantity=1&timestamp=1&signature=a");
        Assert.Equal(first, Hash("?side=BUY&symbol=A&type=MARKET&quantity=1&timestamp=2&signature=b"));
        Assert.NotEqual(first, Hash("?symbol=A&side=BUY&type=MARKET&quantity=2&timestamp=1&signature=a"));
    }

    [Theory]
    [InlineData("alpaca", "POST /v2/orders", Json, """{"symbol":"A","qty":1}""", "", """{"symbol":"A","qty":1,"client_order_id":"id1"}""", "")]
    [InlineData("oanda", "POST /v3/accounts/1/orders", Json, """{"order":{"units":"1"}}""", "", """{"order":{"units":"1","clientExtensions":{"id":"id1"}}}""", "")]
    [InlineData("binance", "POST /api/v3/order", Form, "symbol=A", "", "symbol=A&newClientOrderId=id1", "")]
    [InlineData("binance", "POST /api/v3/order", "", "", "?symbol=A", "", "?symbol=A&newClientOrderId=id1")]
    public void ClientOrderId_IsAddedWhereTheOrderIs(string provider, string operation, string type, string body, string query, string expectedBody, string expectedQuery)
    {
        var match = Match(provider, operation);
        var request = RequestFields.Read(type, Encoding.UTF8.GetBytes(body), query);
        var (added, addedQuery) = ClientOrderIdWriter.Add(match.Operation!.Order!, request.Form, Encoding.UTF8.GetBytes(body), query, 0, "id1");
        Assert.Equal((expectedBody, expectedQuery), (Encoding.UTF8.GetString(added), addedQuery));
    }

    [Theory]
    [InlineData("alpaca", "DELETE /v2/orders/p1", "", "", "p1/-")]
    [InlineData("oanda", "PUT /v3/accounts/1/orders/@c1/cancel", "", "", "-/c1")]
    [InlineData("oanda", "PUT /v3/accounts/1/orders/7/cancel", "", "", "7/-")]
    [InlineData("binance", "DELETE /api/v3/order", "", "?symbol=A&origClientOrderId=c1", "-/c1")]
    [InlineData("coinbase", "POST /api/v3/brokerage/orders/batch_cancel", """{"order_ids":["a","b"]}""", "", "a/-,b/-")]
    [InlineData("okx", "POST /api/v5/trade/cancel-batch-orders", """[{"instId":"A","ordId":"1"},{"instId":"A","clOrdId":"c2"}]""", "", "1/-,-/c2")]
    [InlineData("alpaca", "DELETE /v2/orders", "", "", "")]
    public void Cancel_NamesItsOrders(string provider, string operation, string body, string query, string expected)
    {
        var match = Match(provider, operation);
        var named = CancelReader.Read(match.Operation!.Cancel!, RequestFields.Read(Json, Encoding.UTF8.GetBytes(body), query), match.PathValues);
        Assert.Equal(expected, string.Join(',', named.Select(o => $"{o.OrderId ?? "-"}/{o.ClientOrderId ?? "-"}")));
    }

    [Theory]
    [InlineData("kraken", "POST /0/private/GetWebSocketsToken")]
    [InlineData("kraken", "POST /0/private/Withdraw")]
    [InlineData("tradovate", "GET /auth/renewAccessToken")]
    [InlineData("binance", "POST /sapi/v1/capital/withdraw/apply")]
    [InlineData("okx", "POST /api/v5/asset/withdrawal")]
    public void WhatMovesMoneyOrHandsOutKeys_IsAnAccounts(string provider, string operation) => Assert.Equal(OperationEffect.Account, Match(provider, operation).Effect);

    [Fact]
    public void Brokers_WithoutOperations_PassReadsAlone()
    {
        foreach (var provider in s_catalogue.Providers.Where(p => p.Category == "broker" && p.Gateway?.Operations is not { Count: > 0 }))
        {
            var read = provider.Gateway?.Reads is [var start, ..] ? start : "/orders";
            Assert.Equal(OperationEffect.Read, OperationTable.Match(provider, null, "GET", read)?.Effect);
            Assert.Null(OperationTable.Match(provider, null, "POST", "/orders"));
        }
    }

    internal static OperationMatch Match(string provider, string operation)
    {
        var parts = operation.Split(' ');
        return OperationTable.Match(s_catalogue.Find(provider)!, null, parts[0], parts[1])!;
    }

    private static IReadOnlyList<ReadOrder> Read(string provider, string operation, string type, string body, string query)
    {
        var match = Match(provider, operation);
        return OrderReader.Read(match.Operation!.Order!, match.Effect, RequestFields.Read(type.Length == 0 ? null : type, Encoding.UTF8.GetBytes(body), query), match.PathValues);
    }

    private static string Text(ReadOrder order) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{order.Symbol} {order.Side} {(order.Notional is { } money ? $"${money}" : $"{order.Quantity}")}{(order.Lots ? " lots" : "")} {order.Kind} {Number(order.Price)} {Number(order.StopPrice)} {order.Intent} {order.ClientOrderId ?? "-"}");

    private static string Number(decimal? number) => number?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-";
}
