using System.Net;
using ControlPlane.ProviderSimulator;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>Orders through the gateway, held against the brokers' own books.</summary>
public sealed class GatewayOrderTests
{
    private static readonly string[] s_brokers = ["alpaca", "oanda", "binance", "bybit", "okx", "tradier", "tradovate"];

    [Fact]
    public async Task Order_AtEachBroker_IsSentOnce_LookedUpWhenItsAnswerIsLost_FilledAndTakenBack()
    {
        await using var gateway = await GatewayScene.OpenAsync(s_brokers);
        var faults = new List<string>();
        foreach (var broker in s_brokers)
        {
            try
            {
                await LifeAsync(gateway, broker);
            }
            catch (Exception e)
            {
                faults.Add($"{broker}: {e.Message}");
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults) + "\n" + gateway.Log);
    }

    [Fact]
    public async Task Order_WhileBlockedOrKilled_IsRefused_NothingIsSent_AndCancelsPass()
    {
        await using var gateway = await GatewayScene.OpenAsync("alpaca");
        var book = gateway.Scene.Simulator.Book("alpaca");
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(BrokerCall.Place("alpaca", "working"))).Status);
        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_REQUEST"), await Refused(gateway, new("alpaca", "POST", "/v2/orders", """{"symbol":"AAPL","qty":"1","side":"buy","type":"market","time_in_force":"day","order_class":"bracket","take_profit":{"limit_price":"1"}}""")));
        Assert.Equal((HttpStatusCode.Forbidden, "OPERATION_NOT_ALLOWED"), await Refused(gateway, new("alpaca", "POST", "/v2/wallets/transfers", "{}")));
        Assert.Equal((HttpStatusCode.Forbidden, "OPERATION_NOT_ALLOWED"), await Refused(gateway, new("alpaca", "PATCH", "/v2/orders/1", "{}")));
        Assert.Equal((HttpStatusCode.Forbidden, "RISK_LIMIT"), await Refused(gateway, BrokerCall.Place("alpaca", "too-large", quantity: 1_000)));

        Assert.Equal(HttpStatusCode.OK, (await gateway.Scene.Process.Operator.Post("/api/system/kill", new { reason = "a test" })).Status);
        var (status, body, code) = await gateway.SendAsync(BrokerCall.Place("alpaca", "killed"));
        Assert.Equal((HttpStatusCode.Forbidden, "KILL_SWITCH_ENGAGED"), (status, code));
        Assert.Contains("message", body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await gateway.SendAsync(BrokerCall.Cancel("alpaca", book.Find(null, "working")!.Id))).Status);
        Assert.Equal("canceled", book.Find(null, "working")!.Status);
        await gateway.UntilOrderAsync("working", "canceled");
        Assert.Equal(["working"], book.Received.Keys);
        var refusals = (await gateway.Scene.Process.Viewer.Get($"/api/bots/{GatewayScene.Bot}/no-trades"))["items"].AsArray().SelectMany(n => n!["reasons"]!.AsArray()).Select(r => $"{r!["detail"]}").ToArray();
        Assert.Contains(refusals, detail => detail.Contains("alpaca POST /v2/orders", StringComparison.Ordinal));
    }

    private static async Task LifeAsync(GatewayScene gateway, string broker)
    {
        var simulator = gateway.Scene.Simulator;
        var book = simulator.Book(broker);
        var (first, second) = ($"{broker}a1", $"{broker}b2");
        var placed = await gateway.SendAsync(BrokerCall.Place(broker, first));
        Assert.True((int)placed.Status is >= 200 and < 300, $"place: {placed}");
        Assert.Equal(broker, (await gateway.UntilOrderAsync(first, "open"))["provider"]!.GetValue<string>());

        simulator.SetFault(broker, SimulatedFault.LostAnswer, count: 1);
        var lost = await gateway.SendAsync(BrokerCall.Place(broker, second, quantity: 2));
        Assert.False((int)lost.Status is >= 200 and < 300, $"lost: {lost}");
        await gateway.UntilOrderAsync(second, "open");
        var again = await gateway.SendAsync(BrokerCall.Place(broker, second, quantity: 2));
        Assert.True(again.Status == HttpStatusCode.OK, $"again: {again}");
        Assert.Equal([(first, 1), (second, 1)], book.Received.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => (r.Key, r.Value)));
        var other = await gateway.SendAsync(BrokerCall.Place(broker, second, quantity: 3));
        Assert.Equal((HttpStatusCode.Conflict, "ID_REUSED"), (other.Status, other.Refused));

        // Somebody fills the second at the broker; nobody tells of it.
        book.Fill(book.Find(null, second)!.Id, 2, 89);
        await gateway.UntilOrderAsync(second, "filled");
        var canceled = await gateway.SendAsync(BrokerCall.Cancel(broker, book.Find(null, first)!.Id));
        Assert.True((int)canceled.Status is >= 200 and < 300, $"cancel: {canceled}");
        Assert.Equal("canceled", book.Find(null, first)!.Status);
        await gateway.UntilOrderAsync(first, "canceled");
    }

    private static async Task<(HttpStatusCode, string?)> Refused(GatewayScene gateway, BrokerCall call) => await gateway.SendAsync(call) is var answer ? (answer.Status, answer.Refused) : default;
}
