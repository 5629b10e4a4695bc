using System.Net;
using System.Text.Json.Nodes;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>What fills realise that the gateway saw, for a bot that tells its trades without a result.</summary>
public sealed class GatewayFillTests
{
    [Fact]
    public async Task RoundTrip_OfABotThatTellsNoResult_IsReckoned_KeptOverARestart_AndHoldsTheDaysLoss()
    {
        await using var gateway = await GatewayScene.OpenAsync("alpaca");
        await gateway.Scene.Process.Operator.Put($"/api/bots/{GatewayScene.Bot}", new { name = GatewayScene.Bot, risk_limits = new { max_daily_loss = 15, max_orders_per_minute = 10_000, duplicate_order_seconds = 0, max_order_notional = 1_000_000, max_position_notional = 1_000_000, max_gross_notional = 10_000_000, max_open_orders = 1_000, price_collar_percent = 100 } });
        var entry = await FillAsync(gateway, BrokerCall.Place("alpaca", "entry", quantity: 2), "entry", (1, 100), (1, 104));
        await Tell(gateway, new { trade_id = "t1", order_id = entry, symbol = "AAPL", side = "buy", quantity = 2, price = 102 });

        // The exit is filled in two parts: 1 at 99, 1 at 95, of an average of 102.
        var exit = await FillAsync(gateway, Sell("exit", 2), "exit", (1, 99), (1, 95));
        Assert.Equal(-10, await PnlAsync(gateway, -10));
        await Tell(gateway, new { trade_id = "t1", order_id = entry, symbol = "AAPL", side = "buy", quantity = 2, price = 102, close_order_id = exit, closed_at = DateTimeOffset.UtcNow });
        Assert.Equal(-10, await PnlAsync(gateway, -10));
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(BrokerCall.Place("alpaca", "within"))).Status);

        await gateway.Scene.Process.KillAsync();
        await gateway.Scene.StartAsync();
        await gateway.StartBotAsync();
        Assert.Equal(-10, await PnlAsync(gateway, -10));

        // What the bot tells makes the loss larger, and the limit holds.
        await Tell(gateway, new { trade_id = "t1", order_id = entry, symbol = "AAPL", side = "buy", quantity = 2, price = 102, close_order_id = exit, closed_at = DateTimeOffset.UtcNow, pnl = -20 });
        Assert.Equal(-20, await PnlAsync(gateway, -20));
        var refused = await gateway.SendAsync(BrokerCall.Place("alpaca", "beyond"));
        Assert.Equal((HttpStatusCode.Forbidden, "RISK_LIMIT"), (refused.Status, refused.Refused));
        Assert.Contains("max_daily_loss", refused.Body, StringComparison.Ordinal);
    }

    /// <summary>Each broker tells what an order filled at in its own place; two tell fees there.</summary>
    [Fact]
    public async Task RoundTrips_WhosePriceOrFeesStandInTheFillsAlone_AreReckonedWithThem()
    {
        await using var gateway = await GatewayScene.OpenAsync("binance", "bybit", "oanda", "tradovate");
        decimal sum = 0;
        foreach (var (broker, fees) in new[] { ("oanda", 0m), ("tradovate", 0m), ("binance", 0.178m + 0.198m), ("bybit", 0.089m + 0.099m) })
        {
            var book = gateway.Scene.Simulator.Book(broker);
            foreach (var (id, order, price) in new[] { ($"{broker}in", BrokerCall.Place(broker, $"{broker}in", quantity: 2), 89m), ($"{broker}out", Out(broker, $"{broker}out"), 99m) })
            {
                var placed = await gateway.SendAsync(order);
                Assert.True((int)placed.Status is >= 200 and < 300, $"{placed}");
                await gateway.UntilOrderAsync(id, "open");
                book.Fill(book.Find(null, id)!.Id, 2, price);
                await gateway.UntilOrderAsync(id, "filled");
            }

            sum += 20 - fees;
            Assert.Equal(sum, await PnlAsync(gateway, sum));
        }
    }

    private static async Task<string> FillAsync(GatewayScene gateway, BrokerCall order, string id, params (decimal Units, decimal Price)[] fills)
    {
        var book = gateway.Scene.Simulator.Book("alpaca");
        var placed = await gateway.SendAsync(order);
        Assert.True(placed.Status == HttpStatusCode.OK, $"{placed}");
        foreach (var (units, price) in fills)
        {
            book.Fill(book.Find(null, id)!.Id, units, price);
            Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(new("alpaca", "GET", $"/v2/orders/{book.Find(null, id)!.Id}"))).Status);
            var filled = book.Find(null, id)!.Filled;
            await Wait.UntilAsync(async () => (await gateway.OrderAsync(id))!["left"]!.GetValue<decimal>() == 2 - filled, () => $"{id} is filled by {filled}");
        }

        return (await gateway.OrderAsync(id))!["order_id"]!.GetValue<string>();
    }

    private static async Task Tell(GatewayScene gateway, object trade)
    {
        var told = await gateway.Scene.Process.Runner.Post($"/api/bots/{GatewayScene.Bot}/trades", trade);
        Assert.True(told.Status == HttpStatusCode.OK && told["accepted"].GetValue<int>() == 1, told.Text);
    }

    private static async Task<decimal?> PnlAsync(GatewayScene gateway, decimal expected)
    {
        JsonNode? row = null;
        await Wait.UntilAsync(
            async () => (row = (await gateway.Scene.Process.Viewer.Get($"/api/bots/{GatewayScene.Bot}")).Body)?["pnl_24h"]?.GetValue<decimal>() == expected, () => $"pnl_24h is {expected}: {row?["pnl_24h"]?.ToJsonString()}", 20);
        return row!["pnl_24h"]!.GetValue<decimal>();
    }

    private static BrokerCall Sell(string clientId, int quantity) =>
        new("alpaca", "POST", "/v2/orders", $$"""{"symbol":"AAPL","qty":"{{quantity}}","side":"sell","type":"limit","limit_price":"120","time_in_force":"gtc","client_order_id":"{{clientId}}"}""");

    private static BrokerCall Out(string broker, string clientId) => broker switch
    {
        "oanda" => new(broker, "POST", "/v3/accounts/101-001-1234567-001/orders", $$"""{"order":{"type":"LIMIT","instrument":"EUR_USD","units":"-2","price":"95","timeInForce":"GTC","clientExtensions":{"id":"{{clientId}}"} } }"""),
        "tradovate" => new(broker, "POST", "/order/placeorder", $$"""{"accountSpec":"u","accountId":1,"action":"Sell","symbol":"ESZ6","orderQty":2,"orderType":"Limit","price":95,"isAutomated":true,"clOrdId":"{{clientId}}"}"""),
        "binance" => new(broker, "POST", $"/api/v3/order?symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=2&price=95&newClientOrderId={clientId}"),
        _ => new(broker, "POST", "/v5/order/create", $$"""{"category":"linear","symbol":"BTCUSDT","side":"Sell","orderType":"Limit","qty":"2","price":"95","orderLinkId":"{{clientId}}"}"""),
    };
}
