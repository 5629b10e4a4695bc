using System.Net;
using ControlPlane.ProviderSimulator;
using ControlPlane.ProviderSimulator.Books;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>What a kill does to working orders, held against the brokers' own books.</summary>
public sealed class GatewayKillTests
{
    [Fact]
    public async Task Kill_TakesOpeningOrdersBack_LeavesExits_AndAllTakesEverything()
    {
        await using var gateway = await GatewayScene.OpenAsync("alpaca", "oanda");
        var (alpaca, oanda) = (gateway.Scene.Simulator.Book("alpaca"), gateway.Scene.Simulator.Book("oanda"));
        await FilledAsync(gateway, alpaca);
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(Sell("exit", 1))).Status);
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(BrokerCall.Place("alpaca", "opening"))).Status);
        Assert.Equal(HttpStatusCode.Created, (await gateway.SendAsync(BrokerCall.Place("oanda", "opening2"))).Status);
        alpaca.Place("nobodys", "MSFT", buy: true, 1, 50);
        Assert.Equal("reduce", (await gateway.OrderAsync("exit"))!["intent"]!.GetValue<string>());

        var kill = await gateway.Scene.Process.Runner.Post("/api/system/kill", new { reason = "a test", cancel_open_orders = "all" });
        Assert.Equal((HttpStatusCode.OK, "opening"), (kill.Status, kill["cancel_open_orders"].GetValue<string>()));
        Assert.Equal(["alpaca 2 1 0 0", "oanda 1 0 0 0"], Rows(kill));
        Assert.Equal(["canceled", "canceled", "open", "canceled"], new[] { alpaca.Find(null, "opening"), alpaca.Find(null, "nobodys"), alpaca.Find(null, "exit"), oanda.Find(null, "opening2") }.Select(o => o!.Status));
        var position = Assert.Single(kill["positions"].AsArray());
        Assert.Equal((GatewayScene.Bot, "AAPL", 1m, true), (position!["bot_id"]!.GetValue<string>(), position["symbol"]!.GetValue<string>(), position["quantity"]!.GetValue<decimal>(), position["protected"]!.GetValue<bool>()));
        await gateway.UntilOrderAsync("opening", "canceled");

        // The exit covers the position: the bot can't take it back now.
        var refused = await gateway.SendAsync(BrokerCall.Cancel("alpaca", alpaca.Find(null, "exit")!.Id));
        Assert.Equal((HttpStatusCode.Forbidden, "PROTECTIVE_ORDER"), (refused.Status, refused.Refused));
        Assert.Equal("PROTECTIVE_ORDER", (await gateway.SendAsync(new("alpaca", "DELETE", "/v2/orders"))).Refused);
        Assert.Equal("open", alpaca.Find(null, "exit")!.Status);

        var all = await gateway.Scene.Process.Operator.Post("/api/system/kill", new { reason = "all of it", cancel_open_orders = "all" });
        Assert.Equal(["alpaca 1 0 0 0", "oanda 0 0 0 0"], Rows(all));
        Assert.Equal("canceled", alpaca.Find(null, "exit")!.Status);
        Assert.False(all["positions"].AsArray().Single()!["protected"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Kill_WithABrokerThatHangs_IsEngaged_AndSaysWhatIsNotKnown()
    {
        await using var gateway = await GatewayScene.OpenAsync("alpaca");
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(BrokerCall.Place("alpaca", "working"))).Status);
        gateway.Scene.Simulator.SetFault("alpaca", SimulatedFault.Hang);
        var kill = await gateway.Scene.Process.Operator.Post("/api/system/kill", new { reason = "a test", cancel_open_orders = "opening" });
        Assert.Equal((HttpStatusCode.OK, true), (kill.Status, kill["engaged"].GetValue<bool>()));
        var row = Assert.Single(kill["brokers"].AsArray());
        Assert.Equal((null, true), (row!["cancelled"]?.GetValue<int>(), row["message"]!.GetValue<string>().Length > 0));
        gateway.Scene.Simulator.SetFault("alpaca", SimulatedFault.None);
        var again = await gateway.Scene.Process.Operator.Post("/api/system/kill", new { reason = "a test", cancel_open_orders = "opening" });
        Assert.Equal(["alpaca 1 0 0 0"], Rows(again));
    }

    private static async Task FilledAsync(GatewayScene gateway, OrderBook book)
    {
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(BrokerCall.Place("alpaca", "entry"))).Status);
        book.Fill(book.Find(null, "entry")!.Id, 1, 90);
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(new("alpaca", "GET", $"/v2/orders/{book.Find(null, "entry")!.Id}"))).Status);
        await gateway.UntilOrderAsync("entry", "filled");
    }

    private static BrokerCall Sell(string clientId, int quantity) =>
        new("alpaca", "POST", "/v2/orders", $$"""{"symbol":"AAPL","qty":"{{quantity}}","side":"sell","type":"limit","limit_price":"120","time_in_force":"gtc","client_order_id":"{{clientId}}"}""");

    private static string[] Rows(ApiAnswer kill) =>
        [.. kill["brokers"].AsArray().Select(row => $"{row!["provider"]} {row["cancelled"]} {row["kept"]} {row["failed"]} {row["pending"]}").Order(StringComparer.Ordinal)];
}
