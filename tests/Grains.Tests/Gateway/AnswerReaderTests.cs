using System.Text;
using ControlPlane.Grains.Gateway.Answers;
using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Grains.Tests.Gateway;

/// <summary>Answers as the providers' published documents write them.</summary>
public sealed class AnswerReaderTests
{
    private static readonly ProviderCatalogue s_catalogue = CatalogueLoader.Load(null);

    [Theory]
    [InlineData("alpaca", "POST /v2/orders", 200, """{"id":"p1","client_order_id":"c1","symbol":"AAPL","qty":"2","side":"buy","status":"partially_filled","filled_qty":"1","filled_avg_price":"187.1"}""", "p1 c1 open 1 187.1")]
    [InlineData("oanda", "POST /v3/accounts/1/orders", 201, """{"orderCreateTransaction":{"id":"6368","clientExtensions":{"id":"c1"}},"orderFillTransaction":{"id":"6369","orderID":"6368","units":"-100","price":"1.12"}}""", "6368 c1 filled 100 1.12")]
    [InlineData("oanda", "POST /v3/accounts/1/orders", 201, """{"orderCreateTransaction":{"id":"6368"},"orderCancelTransaction":{"id":"6369","reason":"INSUFFICIENT_MARGIN"}}""", "6368 - canceled - -")]
    [InlineData("oanda", "POST /v3/accounts/1/orders", 400, """{"errorCode":"UNITS_INVALID","orderRejectTransaction":{"id":"1"}}""", "Refused")]
    [InlineData("tradier", "POST /v1/accounts/1/orders", 200, """{"order":{"id":257459,"status":"ok","partner_id":"x"}}""", "257459 - - - -")]
    [InlineData("tradovate", "POST /order/placeorder", 200, """{"orderId":77}""", "77 - - - -")]
    [InlineData("tradovate", "POST /order/placeorder", 200, """{"failureReason":"MaxPosLimitReached","failureText":"x"}""", "Refused")]
    [InlineData("tradovate", "POST /order/placeorder", 200, "{}", "Unsure")]
    [InlineData("binance", "POST /api/v3/order", 200, """{"symbol":"BTCUSDT","orderId":28,"clientOrderId":"c1","origQty":"10.00000000","executedQty":"10.00000000","cummulativeQuoteQty":"100.00000000","status":"FILLED","side":"SELL"}""", "28 c1 filled 10.00000000 10")]
    [InlineData("binance", "POST /api/v3/order", 400, """{"code":-1013,"msg":"Filter failure: LOT_SIZE"}""", "Refused")]
    [InlineData("binance", "POST /api/v3/order", 400, """{"code":-1007,"msg":"Timeout waiting for response from backend server."}""", "Unsure")]
    [InlineData("bybit", "POST /v5/order/create", 200, """{"retCode":0,"retMsg":"OK","result":{"orderId":"1321003749386327552","orderLinkId":"c1"},"time":1}""", "1321003749386327552 c1 - - -")]
    [InlineData("bybit", "POST /v5/order/create", 200, """{"retCode":110007,"retMsg":"ab not enough","result":{}}""", "Refused")]
    [InlineData("bybit", "POST /v5/order/create", 200, """{"retCode":10016,"retMsg":"Server error","result":{}}""", "Unsure")]
    [InlineData("okx", "POST /api/v5/trade/order", 200, """{"code":"0","msg":"","data":[{"clOrdId":"c1","ordId":"312","sCode":"0","sMsg":""}]}""", "312 c1 open - -")]
    [InlineData("okx", "POST /api/v5/trade/order", 200, """{"code":"1","msg":"","data":[{"clOrdId":"c1","ordId":"","sCode":"51008","sMsg":"x"}]}""", "- c1 rejected - -")]
    [InlineData("okx", "POST /api/v5/trade/order", 200, """{"code":"50004","msg":"Endpoint request timeout","data":[]}""", "Unsure")]
    [InlineData("coinbase", "POST /api/v3/brokerage/orders", 200, """{"success":true,"success_response":{"order_id":"o1","product_id":"BTC-USD","side":"BUY","client_order_id":"c1"}}""", "o1 c1 - - -")]
    [InlineData("coinbase", "POST /api/v3/brokerage/orders", 200, """{"success":false,"error_response":{"error":"INSUFFICIENT_FUND"}}""", "Refused")]
    [InlineData("kucoin", "POST /api/v1/hf/orders", 200, """{"code":"200000","data":{"orderId":"o1","clientOid":"c1"}}""", "o1 c1 - - -")]
    [InlineData("kucoin", "POST /api/v1/hf/orders", 200, """{"code":"200004","msg":"Balance insufficient"}""", "Refused")]
    [InlineData("kraken", "POST /0/private/AddOrder", 200, """{"error":[],"result":{"descr":{"order":"buy"},"txid":["OUF4EM-FRGI2-MQMWZD"]}}""", "OUF4EM-FRGI2-MQMWZD - - - -")]
    [InlineData("kraken", "POST /0/private/AddOrder", 200, """{"error":["EOrder:Insufficient funds"]}""", "Refused")]
    [InlineData("kraken", "POST /0/private/AddOrder", 200, """{"error":["EService:Timeout"]}""", "Unsure")]
    [InlineData("alpaca", "POST /v2/orders", 422, """{"code":40010001,"message":"qty is required"}""", "Refused")]
    [InlineData("alpaca", "POST /v2/orders", 500, """{"message":"internal"}""", "Unsure")]
    [InlineData("alpaca", "POST /v2/orders", 504, "<html>", "Unsure")]
    [InlineData("alpaca", "POST /v2/orders", 200, "{\"id\":\"p", "Unsure")]
    [InlineData("alpaca", "POST /v2/orders", 408, "{}", "Unsure")]
    [InlineData("alpaca", "POST /v2/orders", 409, "{}", "Unsure")]
    [InlineData("alpaca", "POST /v2/orders", 302, "{}", "Unsure")]
    public void Answer_OfAnOrder_IsRead(string provider, string operation, int status, string body, string expected) =>
        Assert.Equal(expected, Text(AnswerReader.Read(OrderReaderTests.Match(provider, operation).Operation!.Answer!, status, Encoding.UTF8.GetBytes(body))));

    [Theory]
    [InlineData("tradier", "GET /v1/accounts/1/orders", """{"orders":"null"}""", "")]
    [InlineData("tradier", "GET /v1/accounts/1/orders", """{"orders":{"order":{"id":1,"status":"open","exec_quantity":0,"tag":"c1"}}}""", "1 c1 open 0 -")]
    [InlineData("tradier", "GET /v1/accounts/1/orders", """{"orders":{"order":[{"id":1,"status":"filled","exec_quantity":2.0,"avg_fill_price":3.5,"tag":"c1"},{"id":2,"status":"expired"}]}}""", "1 c1 filled 2.0 3.5;2 - canceled - -")]
    [InlineData("kraken", "POST /0/private/OpenOrders", """{"error":[],"result":{"open":{"OQCLML":{"status":"open","vol":"1.25","vol_exec":"0.5","price":"27500","cl_ord_id":"c1","descr":{"pair":"XBTUSD","type":"buy"}}}}}""", "OQCLML c1 open 0.5 27500")]
    [InlineData("kucoin", "GET /api/v1/hf/orders/client-order/c1", """{"code":"200000","data":null}""", "")]
    [InlineData("kucoin", "GET /api/v1/hf/orders/client-order/c1", """{"code":"200000","data":{"id":"o1","clientOid":"c1","size":"2","dealSize":"1","dealFunds":"30","active":false,"cancelExist":true}}""", "o1 c1 canceled 1 30")]
    [InlineData("bybit", "GET /v5/order/realtime", """{"retCode":0,"result":{"list":[{"orderId":"1","orderLinkId":"c1","orderStatus":"PartiallyFilledCanceled","cumExecQty":"0.3","avgPrice":"20"}]}}""", "1 c1 canceled 0.3 20")]
    public void List_ThatPasses_Teaches(string provider, string operation, string body, string expected) =>
        Assert.Equal(expected, string.Join(';', AnswerReader.Read(OrderReaderTests.Match(provider, operation).Operation!.Learn!.Orders!, 200, Encoding.UTF8.GetBytes(body)).Orders.Select(Text)));

    [Theory]
    [InlineData("alpaca", "data", "GET /v2/stocks/quotes/latest", """{"quotes":{"AAPL":{"ap":101,"bp":99},"MSFT":{"ap":0,"bp":5}}}""", "AAPL 100")]
    [InlineData("oanda", null, "GET /v3/accounts/1/pricing", """{"prices":[{"instrument":"EUR_USD","bids":[{"price":"1.1"}],"asks":[{"price":"1.3"}]}]}""", "EUR_USD 1.2")]
    [InlineData("binance", null, "GET /api/v3/ticker/price", """{"symbol":"BTCUSDT","price":"60000.5"}""", "BTCUSDT 60000.5")]
    [InlineData("binance", null, "GET /api/v3/ticker/price", """[{"symbol":"A","price":"1"},{"symbol":"B","price":"2"}]""", "A 1;B 2")]
    [InlineData("coinbase", null, "GET /api/v3/brokerage/products/BTC-USD", """{"product_id":"BTC-USD","price":"60000"}""", "BTC-USD 60000")]
    [InlineData("kucoin", null, "GET /api/v1/market/orderbook/level1", """{"code":"200000","data":{"price":"7"}}""", "KCS-USDT 7")]
    public void Marks_ThatPass_AreRead(string provider, string? host, string operation, string body, string expected)
    {
        var parts = operation.Split(' ');
        var match = Grains.Gateway.OperationTable.Match(s_catalogue.Find(provider)!, host, parts[0], parts[1])!;
        var marks = MarkReader.Read(match.Operation!.Learn!.Marks!, match.PathValues, new Dictionary<string, string> { ["/symbol"] = "KCS-USDT" }, Encoding.UTF8.GetBytes(body));
        Assert.Equal(expected, string.Join(';', marks.Select(m => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{m.Symbol} {m.Price}"))));
    }

    private static string Text(AnswerReading reading) => reading.Worth != AnswerWorth.Good ? reading.Worth.ToString() : Text(Assert.Single(reading.Orders));

    private static string Text(SeenOrder o) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{o.OrderId ?? "-"} {o.ClientOrderId ?? "-"} {o.State ?? "-"} {Or(o.Filled)} {Or(o.AveragePrice)}");

    private static string Or(decimal? number) => number?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-";
}
