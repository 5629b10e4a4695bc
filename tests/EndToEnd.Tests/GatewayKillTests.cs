using System.Net;
using System.Text.Json.Nodes;
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
        await Wait.UntilAsync(() => Task.FromResult(new[] { alpaca.Find(null, "opening"), alpaca.Find(null, "nobodys"), oanda.Find(null, "opening2") }.All(o => o!.Status == "canceled")), () => $"{kill.Text} {gateway.Log}");
        Assert.Equal("open", alpaca.Find(null, "exit")!.Status);

        // Said at once on a machine that is not busy; the same kill again says what is left.
        Assert.All(Rows(kill), row => Assert.Contains(row, new[] { "alpaca 2 1 0 0", "oanda 1 0 0 0", "alpaca    ", "oanda    " }));
        var told = await UntilRowsAsync(gateway.Scene.Process.Runner, "opening", "alpaca 0 1 0 0", "oanda 0 0 0 0");
        var position = Assert.Single(told["positions"].AsArray());
        Assert.Equal((GatewayScene.Bot, "AAPL", 1m, true), (position!["bot_id"]!.GetValue<string>(), position["symbol"]!.GetValue<string>(), position["quantity"]!.GetValue<decimal>(), position["protected"]!.GetValue<bool>()));
        await gateway.UntilOrderAsync("opening", "canceled");

        // The exit covers the position: the bot can't take it back now.
        var refused = await gateway.SendAsync(BrokerCall.Cancel("alpaca", alpaca.Find(null, "exit")!.Id));
        Assert.Equal((HttpStatusCode.Forbidden, "PROTECTIVE_ORDER"), (refused.Status, refused.Refused));
        Assert.Equal("PROTECTIVE_ORDER", (await gateway.SendAsync(new("alpaca", "DELETE", "/v2/orders"))).Refused);
        Assert.Equal("open", alpaca.Find(null, "exit")!.Status);

        await gateway.Scene.Process.Operator.Post("/api/system/kill", new { reason = "all of it", cancel_open_orders = "all" });
        await Wait.UntilAsync(() => Task.FromResult(alpaca.Find(null, "exit")!.Status == "canceled"), () => gateway.Log);
        await gateway.UntilOrderAsync("exit", "canceled");
        var all = await UntilRowsAsync(gateway.Scene.Process.Operator, "all", "alpaca 0 0 0 0", "oanda 0 0 0 0");
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
        await UntilRowsAsync(gateway.Scene.Process.Operator, "opening", "alpaca 0 0 0 0");
        Assert.Equal("canceled", gateway.Scene.Simulator.Book("alpaca").Find(null, "working")!.Status);
    }

    [Fact]
    public async Task Kill_WithOneBrokerThatHangs_AsksThatOneAgain_AndTheOthersNot()
    {
        await using var gateway = await GatewayScene.OpenAsync("alpaca", "oanda");
        var (alpaca, oanda) = (gateway.Scene.Simulator.Book("alpaca"), gateway.Scene.Simulator.Book("oanda"));
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(BrokerCall.Place("alpaca", "one"))).Status);
        Assert.Equal(HttpStatusCode.Created, (await gateway.SendAsync(BrokerCall.Place("oanda", "two"))).Status);
        gateway.Scene.Simulator.SetFault("oanda", SimulatedFault.Hang);
        await gateway.Scene.Process.Operator.Post("/api/system/kill", new { reason = "a test", cancel_open_orders = "opening" });
        await Wait.UntilAsync(() => Task.FromResult(alpaca.Find(null, "one")!.Status == "canceled"), () => gateway.Log);

        // The brokers' answers are noted once the slowest has run out of its 15 s; an operator goes on at the other one meanwhile.
        await Wait.UntilAsync(() => Task.FromResult(gateway.Scene.Process.Output.Contains("Working orders at oanda could not be taken back", StringComparison.Ordinal)), () => gateway.Log);
        alpaca.Place("later", "MSFT", buy: true, 1, 50);
        gateway.Scene.Simulator.SetFault("oanda", SimulatedFault.None);
        await Wait.UntilAsync(() => Task.FromResult(oanda.Find(null, "two")!.Status == "canceled"), () => $"the broker is asked again {gateway.Log}");
        Assert.Equal("open", alpaca.Find(null, "later")!.Status);
    }

    [Fact]
    public async Task Kill_OfAProcessThatEndsBeforeItsCancelsAreDone_CancelsAfterTheRestart_AndOnce()
    {
        await using var gateway = await GatewayScene.OpenAsync("alpaca");
        var book = gateway.Scene.Simulator.Book("alpaca");
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(BrokerCall.Place("alpaca", "working"))).Status);
        gateway.Scene.Simulator.SetFault("alpaca", SimulatedFault.Hang);
        var kill = await gateway.Scene.Process.Operator.Post("/api/system/kill", new { reason = "a test", cancel_open_orders = "opening" });
        Assert.Equal((HttpStatusCode.OK, true), (kill.Status, kill["durable"].GetValue<bool>()));
        await gateway.Scene.Process.KillAsync();
        gateway.Scene.Simulator.SetFault("alpaca", SimulatedFault.None);
        Assert.Equal("open", book.Find(null, "working")!.Status);

        await gateway.Scene.StartAsync();
        await Wait.UntilAsync(() => Task.FromResult(book.Find(null, "working")!.Status == "canceled"), () => $"the order is taken back {gateway.Log}");

        // Every broker answers, and that it is done comes to the disk: nothing outside of the process tells of it.
        await Task.Delay(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);

        // What somebody places at the broker after that is no longer this kill's.
        book.Place("later", "MSFT", buy: true, 1, 50);
        await gateway.Scene.Process.KillAsync();
        await gateway.Scene.StartAsync();
        await gateway.Scene.Process.Viewer.UntilStatus("BLOCKED");
        await Task.Delay(TimeSpan.FromSeconds(12), TestContext.Current.CancellationToken);
        Assert.Equal("open", book.Find(null, "later")!.Status);
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

    /// <summary>The same call again while engaged acts again, until the brokers have answered in time.</summary>
    private static async Task<ApiAnswer> UntilRowsAsync(ApiClient api, string cancel, params string[] rows)
    {
        ApiAnswer? kill = null;
        await Wait.UntilAsync(
            async () => Rows(kill = await api.Post("/api/system/kill", new { reason = "again", cancel_open_orders = cancel })).SequenceEqual(rows) && kill.Body?["positions"] is JsonArray, () => $"the brokers say {string.Join(", ", rows)}: {kill?.Text}");
        return kill!;
    }

    private static string[] Rows(ApiAnswer kill) =>
        [.. kill["brokers"].AsArray().Select(row => $"{row!["provider"]} {row["cancelled"]} {row["kept"]} {row["failed"]} {row["pending"]}").Order(StringComparer.Ordinal)];
}
