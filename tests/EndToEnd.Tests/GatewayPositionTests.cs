using System.Net;
using ControlPlane.ProviderSimulator.Books;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>Positions read at the broker, held against the broker's own book.</summary>
public sealed class GatewayPositionTests
{
    private static readonly (string Broker, string Symbol, string Kind)[] s_brokers =
        [("alpaca", "AAPL", ""), ("oanda", "EUR_USD", ""), ("tradier", "SPY", "buy"), ("tradovate", "ESZ6", ""), ("bybit", "BTCUSDT", "linear"), ("okx", "BTC-USDT-SWAP", "")];

    [Fact]
    public async Task Contradiction_OfTheOnlyBot_IsSettledByWhatTheBrokerHas()
    {
        await using var gateway = await GatewayScene.OpenAsync([.. s_brokers.Select(broker => broker.Broker)]);
        var instruments = new Dictionary<string, object> { ["ESZ6"] = new { multiplier = 1 }, ["BTC-USDT-SWAP"] = new { multiplier = 1 } };
        Assert.Equal(HttpStatusCode.OK, (await gateway.Scene.Process.Operator.Put($"/api/bots/{GatewayScene.Bot}", new { name = GatewayScene.Bot, instruments })).Status);
        var faults = new List<string>();
        foreach (var (broker, symbol, kind) in s_brokers)
        {
            try
            {
                await SettleAsync(gateway, broker, symbol, kind);
            }
            catch (Exception e)
            {
                faults.Add($"{broker}: {e.Message}");
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults) + "\n" + gateway.Log);
    }

    [Fact]
    public async Task SharedAccount_ThatIsNotTheSumOfItsLedgers_OpensNothing_UntilItIsAgain()
    {
        await using var gateway = await GatewayScene.OpenAsync("alpaca");
        var book = gateway.Scene.Simulator.Book("alpaca");
        await using var other = await SecondBot.StartAsync(gateway, "second-bot", "alpaca");
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(BrokerCall.Place("alpaca", "first", quantity: 3))).Status);
        Assert.Equal(HttpStatusCode.OK, (await other.SendAsync(BrokerCall.Place("alpaca", "second", quantity: 2))).Status);
        foreach (var id in new[] { "first", "second" }) book.Fill(book.Find(null, id)!.Id, 5, 90);
        await gateway.UntilOrderAsync("first", "filled");
        await other.UntilFilledAsync("second");

        // Somebody sells one by hand: nobody can say whose it was.
        book.Place("by-hand", "AAPL", buy: false, 1, null);
        Assert.Equal(4, book.Positions["AAPL"]);
        await UntilAsync(gateway.SendAsync, book, "a", opens: false);
        await UntilAsync(other.SendAsync, book, "b", opens: false);
        Assert.Equal(HttpStatusCode.Forbidden, (await gateway.SendAsync(Sell("too-much", 3))).Status);
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(Sell("within", 2))).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await gateway.SendAsync(BrokerCall.Cancel("alpaca", book.Find(null, "within")!.Id))).Status);

        book.Place("back-again", "AAPL", buy: true, 1, null);
        await UntilAsync(gateway.SendAsync, book, "c", opens: true);
        await UntilAsync(other.SendAsync, book, "d", opens: true);
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(Sell("all", 3))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await other.SendAsync(Sell("others", 3))).Status);
    }

    private static async Task SettleAsync(GatewayScene gateway, string broker, string symbol, string kind)
    {
        var book = gateway.Scene.Simulator.Book(broker);
        var entry = $"{broker}entry";

        // What is held at the brokers from before needs a fresh price, or nothing opens.
        foreach (var (_, held, _) in s_brokers)
            Assert.Equal(HttpStatusCode.OK, (await gateway.Scene.Process.Runner.Post($"/api/bots/{GatewayScene.Bot}/marks", new { symbol = held, price = 90 })).Status);
        var placed = await gateway.SendAsync(broker == "okx" ? Okx(entry, "buy", 3) : BrokerCall.Place(broker, entry, quantity: 3));
        Assert.True((int)placed.Status is >= 200 and < 300, $"place: {placed}");
        await gateway.UntilOrderAsync(entry, "open");
        book.Fill(book.Find(null, entry)!.Id, 3, 90);
        await gateway.UntilOrderAsync(entry, "filled");

        // Two more were bought by hand; the bot's word contradicts its ledger.
        book.Place(null, symbol, buy: true, 2, null, kind: kind);
        Assert.Equal(5, book.Positions[symbol]);
        var told = await gateway.Scene.Process.Runner.Post($"/api/bots/{GatewayScene.Bot}/positions", new { symbol, quantity = 5, as_of = DateTimeOffset.UtcNow });
        Assert.True(told.Status == HttpStatusCode.OK, told.Text);

        // An exit of all passes only when the ledger has all of it.
        (HttpStatusCode Status, string Body, string? Refused) exit = default;
        await Wait.UntilAsync(async () => (int)(exit = await gateway.SendAsync(Exit(broker, $"{broker}exit", 5))).Status is >= 200 and < 300, () => $"an exit of 5 passes: {exit}", 60);

        // At tradovate an order can't say that it only reduces: one more would open a short position.
        if (broker != "tradovate") Assert.Equal(HttpStatusCode.Forbidden, (await gateway.SendAsync(Exit(broker, $"{broker}more", 1))).Status);
    }

    /// <summary>An order that opens, taken back when it passes.</summary>
    private static Task UntilAsync(Func<BrokerCall, Task<(HttpStatusCode Status, string Body, string? Refused)>> send, OrderBook book, string name, bool opens)
    {
        var (number, last) = (0, default((HttpStatusCode Status, string Body, string? Refused)));
        return Wait.UntilAsync(
            async () =>
            {
                var id = $"{name}{++number}";
                last = await send(BrokerCall.Place("alpaca", id, price: 80));
                if (last.Status == HttpStatusCode.OK) await send(BrokerCall.Cancel("alpaca", book.Find(null, id)!.Id));
                if (opens ? last.Status == HttpStatusCode.OK : last.Refused == "DATA_MISSING") return true;
                await Task.Delay(1_500);
                return false;
            },
            () => $"{name} {(opens ? "opens" : "opens nothing")}: {last}",
            180);
    }

    private static BrokerCall Sell(string clientId, int quantity) => Exit("alpaca", clientId, quantity);

    private static BrokerCall Okx(string clientId, string side, int quantity) =>
        new("okx", "POST", "/api/v5/trade/order", $$"""{"instId":"BTC-USDT-SWAP","tdMode":"cross","side":"{{side}}","ordType":"limit","sz":"{{quantity}}","px":"90","reduceOnly":{{(side == "sell" ? "true" : "false")}},"clOrdId":"{{clientId}}"}""");

    private static BrokerCall Exit(string broker, string clientId, int quantity) => broker switch
    {
        "alpaca" => new(broker, "POST", "/v2/orders", $$"""{"symbol":"AAPL","qty":"{{quantity}}","side":"sell","type":"limit","limit_price":"120","time_in_force":"gtc","position_intent":"sell_to_close","client_order_id":"{{clientId}}"}"""),
        "oanda" => new(broker, "POST", "/v3/accounts/101-001-1234567-001/orders", $$"""{"order":{"type":"LIMIT","instrument":"EUR_USD","units":"-{{quantity}}","price":"120","timeInForce":"GTC","positionFill":"REDUCE_ONLY","clientExtensions":{"id":"{{clientId}}"} } }"""),
        "tradier" => new(broker, "POST", "/v1/accounts/VA00000001/orders", $"class=equity&symbol=SPY&side=sell&quantity={quantity}&type=limit&price=120&duration=gtc&tag={clientId}", Form: true),
        "tradovate" => new(broker, "POST", "/order/placeorder", $$"""{"accountSpec":"u","accountId":1,"action":"Sell","symbol":"ESZ6","orderQty":{{quantity}},"orderType":"Limit","price":120,"isAutomated":true,"clOrdId":"{{clientId}}"}"""),
        "bybit" => new(broker, "POST", "/v5/order/create", $$"""{"category":"linear","symbol":"BTCUSDT","side":"Sell","orderType":"Limit","qty":"{{quantity}}","price":"120","reduceOnly":true,"orderLinkId":"{{clientId}}"}"""),
        _ => Okx(clientId, "sell", quantity),
    };
}
