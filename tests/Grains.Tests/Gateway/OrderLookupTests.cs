using System.Text;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gateway.Calls;
using ControlPlane.Grains.Gateway.Settlement;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Risk;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Grains.Tests.Gateway;

public sealed class OrderLookupTests
{
    private static readonly ProviderCatalogue s_catalogue = CatalogueLoader.Load(null);

    [Theory]
    [InlineData("tradier", "/v1/accounts/A1/orders", """{"orders":{"order":[{"id":1,"tag":"c0","status":"open"},{"id":2,"tag":"c1","status":"open","exec_quantity":1,"quantity":2}]}}""", "2 open 1")]
    [InlineData("tradovate", "/command/list", """[{"id":9,"orderId":1,"clOrdId":"c0"},{"id":10,"orderId":2,"clOrdId":"c1"}]""", "2 - -")]
    [InlineData("alpaca", "/v2/orders:by_client_order_id", """{"id":"2","client_order_id":"c1","status":"filled","filled_qty":"2"}""", "2 filled 2")]
    [InlineData("coinbase", "/api/v3/brokerage/orders/historical/batch", """{"orders":[{"order_id":"1","client_order_id":"c0","status":"OPEN"},{"order_id":"2","client_order_id":"c1","status":"CANCELLED","filled_size":"0"}]}""", "2 canceled 0")]
    [InlineData("kraken", "/0/private/ClosedOrders", """{"error":[],"result":{"closed":{"2":{"cl_ord_id":"c1","status":"closed","vol_exec":"2"}}}}""", "2 filled 2")]
    public async Task Order_IsFoundByItsClientId(string provider, string path, string body, string expected)
    {
        var calls = new FakeCalls { [path] = (200, body) };
        var found = await Lookup(calls).FindAsync(Order(provider), TestContext.Current.CancellationToken);
        Assert.True(found is { Known: true, Order: not null }, string.Join(' ', calls.Asked));
        Assert.Equal(expected, $"{found.Order.OrderId} {found.Order.State ?? "-"} {found.Order.Filled?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-"}");
    }

    [Theory]
    [InlineData("tradier", "/v1/accounts/A1/orders", 200, """{"orders":"null"}""", true)]
    [InlineData("alpaca", "/v2/orders:by_client_order_id", 404, """{"message":"order not found"}""", true)]
    [InlineData("alpaca", "/v2/orders:by_client_order_id", 500, "{}", false)]
    [InlineData("alpaca", "/v2/orders:by_client_order_id", 401, "{}", false)]
    [InlineData("binance", "/api/v3/order", 400, """{"code":-2013,"msg":"Order does not exist."}""", true)]
    [InlineData("binance", "/api/v3/order", 400, """{"code":-1021,"msg":"Timestamp"}""", false)]
    [InlineData("okx", "/api/v5/trade/order", 200, """{"code":"51603","data":[]}""", true)]
    [InlineData("okx", "/api/v5/trade/order", 200, """{"code":"50011","data":[]}""", false)]
    public async Task Order_ThatIsNotThere_IsKnownOnlyWhenTheProviderSaysSo(string provider, string path, int status, string body, bool known)
    {
        var found = await Lookup(new FakeCalls { [path] = (status, body) }).FindAsync(Order(provider), TestContext.Current.CancellationToken);
        Assert.Equal((known, null), (found.Known, found.Order));
    }

    /// <summary>One question that nobody answers keeps all of them open.</summary>
    [Fact]
    public async Task Order_OfWhichOneQuestionHasNoAnswer_IsNotKnown()
    {
        var calls = new FakeCalls { ["/v5/order/history"] = (200, """{"retCode":0,"result":{"list":[]}}"""), ["/v5/order/realtime"] = (503, "") };
        Assert.False((await Lookup(calls).FindAsync(Order("bybit"), TestContext.Current.CancellationToken)).Known);
        calls["/v5/order/realtime"] = (200, """{"retCode":0,"result":{"list":[]}}""");
        Assert.True((await Lookup(calls).FindAsync(Order("bybit"), TestContext.Current.CancellationToken)).Known);
    }

    /// <summary>Two fills of an order that was filled whole.</summary>
    [Theory]
    [InlineData("binance", "/api/v3/order", """{"orderId":2,"clientOrderId":"c1","status":"FILLED","executedQty":"2","cummulativeQuoteQty":"21"}""", "/api/v3/myTrades", """[{"orderId":2,"qty":"1","price":"10","commission":"0.01","commissionAsset":"USDT"},{"orderId":2,"qty":"1","price":"11","commission":"0.02","commissionAsset":"USDT"}]""", "2 10.5 0.03 USDT")]
    [InlineData("binance", "/api/v3/order", """{"orderId":2,"clientOrderId":"c1","status":"FILLED","executedQty":"2","cummulativeQuoteQty":"21"}""", "/api/v3/myTrades", """[{"orderId":2,"qty":"1","price":"10","commission":"0.01","commissionAsset":"BNB"},{"orderId":2,"qty":"1","price":"11","commission":"0.02","commissionAsset":"USDT"}]""", "2 10.5 0.03 ?")]
    [InlineData("bybit", "/v5/order/realtime", """{"retCode":0,"result":{"list":[{"orderId":"2","orderLinkId":"c1","orderStatus":"Filled","cumExecQty":"2","avgPrice":"10.5"}]}}""", "/v5/execution/list", """{"retCode":0,"result":{"list":[{"orderId":"2","execQty":"2","execPrice":"10.5","execFee":"-0.01","feeCurrency":""}]}}""", "2 10.5 -0.01 -")]
    [InlineData("oanda", "/v3/accounts/A1/orders/@c1", """{"order":{"id":"2","clientExtensions":{"id":"c1"},"state":"FILLED","fillingTransactionID":"9"}}""", "/v3/accounts/A1/transactions/9", """{"transaction":{"id":"9","type":"ORDER_FILL","orderID":"2","units":"-2","price":"1.1","commission":"0.5"}}""", "2 1.1 0.5 -")]
    [InlineData("tradovate", "/order/item", """{"id":2,"ordStatus":"Filled"}""", "/fill/deps", """[{"orderId":2,"qty":1,"price":10.0},{"orderId":2,"qty":1,"price":12.0}]""", "2 11 - -")]
    public async Task Fills_TellPriceAndFees(string provider, string orderPath, string order, string fillsPath, string fills, string expected)
    {
        var found = await FoundAsync(provider, orderPath, order, fillsPath, fills);
        Assert.Equal(expected, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{found.Filled:0.##} {found.AveragePrice:0.##} {(found.Fee is { } fee ? fee.ToString("0.##", System.Globalization.CultureInfo.InvariantCulture) : "-")} {found.FeeCurrency ?? "-"}"));
        Assert.True(found.FillsRead);
    }

    /// <summary>A list that lags behind, one of another order, one without its fee: the order is known, and its fills are asked for again.</summary>
    [Theory]
    [InlineData("""[]""")]
    [InlineData("""[{"orderId":2,"qty":"1","price":"10","commission":"0","commissionAsset":"USDT"}]""")]
    [InlineData("""[{"orderId":3,"qty":"2","price":"10","commission":"0","commissionAsset":"USDT"}]""")]
    [InlineData("""[{"orderId":2,"qty":"2","price":"10","commissionAsset":"USDT"}]""")]
    [InlineData("""{"code":-1003,"msg":"Too many requests."}""")]
    public async Task Fills_ThatAreNotAllThere_AreNotTaken(string fills)
    {
        var found = await FoundAsync("binance", "/api/v3/order", """{"orderId":2,"clientOrderId":"c1","status":"FILLED","executedQty":"2","cummulativeQuoteQty":"21"}""", "/api/v3/myTrades", fills);
        Assert.Equal((false, 2m, (decimal?)null), (found.FillsRead, found.Filled, found.Fee));
        Assert.True(Lookup(new FakeCalls()).NeedsFills(Order("binance"), GatewaySettlement.Sight("o1", found)));
    }

    private static async Task<ControlPlane.Grains.Gateway.Answers.SeenOrder> FoundAsync(string provider, string orderPath, string order, string fillsPath, string fills)
    {
        var calls = new FakeCalls { [orderPath] = (200, order), [fillsPath] = (200, fills) };
        var granted = Order(provider);
        var found = await Lookup(calls).FindAsync(granted with { Passage = granted.Passage! with { ProviderOrderId = "2", Booked = 0 } }, TestContext.Current.CancellationToken);
        Assert.True(found.Order is not null, string.Join(' ', calls.Asked));
        Assert.Contains(fillsPath, calls.Asked);
        return found.Order;
    }

    private static OrderLookup Lookup(FakeCalls calls) => new(s_catalogue, calls, NullLogger<OrderLookup>.Instance);

    private static GrantedOrder Order(string provider) => new("o1", "ES", OrderSide.Buy, 2, 10, OrderIntent.Open, 1, default, OrderStatus.Open, 0, null)
    {
        ClientOrderId = "c1",
        Passage = new(provider, "paper", "POST", "h", """{"account_id":"A1","category":"linear","symbol":"ES"}""") { State = PassageState.Sent },
    };

    private sealed class FakeCalls : Dictionary<string, (int Status, string Body)>, IProviderCalls
    {
        public List<string> Asked { get; } = [];

        public bool IsConfigured(ProviderDefinition provider) => true;

        public bool Holds(ProviderDefinition provider) => true;

        public string? EnvironmentOf(ProviderDefinition provider) => "paper";

        public Task<ProviderReply?> SendAsync(ProviderDefinition provider, RequestDefinition request, IReadOnlyDictionary<string, string> values, CancellationToken cancellationToken)
        {
            var filled = CallTemplates.Fill(request, values.GetValueOrDefault);
            Asked.Add(filled?.Path ?? request.Path);
            return Task.FromResult(filled is not null && TryGetValue(filled.Path, out var answer) ? new ProviderReply(answer.Status, "application/json", Encoding.UTF8.GetBytes(answer.Body)) : null);
        }
    }
}
