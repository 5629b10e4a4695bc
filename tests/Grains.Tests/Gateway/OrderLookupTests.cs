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
