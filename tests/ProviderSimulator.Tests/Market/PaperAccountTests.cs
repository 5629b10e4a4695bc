using System.Globalization;
using System.Text.Json;

namespace ControlPlane.ProviderSimulator.Tests.Market;

public sealed class PaperAccountTests
{
    private const string Orders = "/alpaca/v2/orders";

    [Fact]
    public async Task MarketOrder_IsAcceptedThenFilledAtTheMarket()
    {
        await using var host = await MarketHost.StartAsync();
        var (status, order) = await host.OrderAsync("buy", 10);
        Assert.Equal((200, "accepted"), (status, Text(order, "status")));
        Assert.Equal(404, (await host.GetAsync("/alpaca/v2/positions/SIMA")).Status);

        host.Time.Advance(TimeSpan.FromSeconds(1));
        var filled = (await host.GetAsync($"{Orders}/{Text(order, "id")}")).Body;
        Assert.Equal(("filled", "10"), (Text(filled, "status"), Text(filled, "filled_qty")));
        var (bid, ask, _) = await host.QuoteAsync("SIMA");
        Assert.InRange(Number(filled, "filled_avg_price"), bid * 0.99m, ask * 1.01m);

        var position = (await host.GetAsync("/alpaca/v2/positions/SIMA")).Body;
        Assert.Equal(("10", "long", Text(filled, "filled_avg_price")), (Text(position, "qty"), Text(position, "side"), Text(position, "avg_entry_price")));
    }

    [Fact]
    public async Task Positions_ClosedAndTurned_LeaveTheirProfitInTheCash()
    {
        await using var host = await MarketHost.StartAsync();
        var cash = 100_000m;
        foreach (var (side, quantity) in new[] { ("buy", 10m), ("buy", 5m), ("sell", 20m), ("buy", 5m) })
        {
            var order = (await host.OrderAsync(side, quantity)).Body;
            host.Time.Advance(TimeSpan.FromSeconds(3));
            var filled = (await host.GetAsync($"{Orders}/{Text(order, "id")}")).Body;
            cash -= (side == "buy" ? quantity : -quantity) * Number(filled, "filled_avg_price");
        }

        Assert.Equal(0, (await host.GetAsync("/alpaca/v2/positions")).Body.GetArrayLength());
        var account = (await host.GetAsync("/alpaca/v2/account")).Body;
        Assert.Equal((cash, cash), (Number(account, "cash"), Number(account, "equity")));
    }

    [Fact]
    public async Task Short_IsHeldBelowZeroAndAverages()
    {
        await using var host = await MarketHost.StartAsync();
        await host.OrderAsync("sell", 4);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        var position = (await host.GetAsync("/alpaca/v2/positions")).Body[0];
        Assert.Equal(("-4", "short"), (Text(position, "qty"), Text(position, "side")));
    }

    [Fact]
    public async Task SameClientId_IsOneOrder()
    {
        await using var host = await MarketHost.StartAsync();
        var first = (await host.OrderAsync("buy", 1, "only-once")).Body;
        var second = (await host.OrderAsync("buy", 1, "only-once")).Body;
        host.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(Text(first, "id"), Text(second, "id"));
        Assert.Equal(Text(first, "id"), Text((await host.GetAsync("/alpaca/v2/orders:by_client_order_id?client_order_id=only-once")).Body, "id"));
        Assert.Equal("1", Text((await host.GetAsync("/alpaca/v2/positions/SIMA")).Body, "qty"));
    }

    [Fact]
    public async Task LimitOrder_OutOfReach_WaitsAndCanBeCancelled()
    {
        await using var host = await MarketHost.StartAsync();
        var order = (await host.SendAsync(HttpMethod.Post, Orders, new { symbol = "SIMA", qty = "1", side = "buy", type = "limit", time_in_force = "day", limit_price = "1" })).Body;
        host.Time.Advance(TimeSpan.FromSeconds(5));
        var place = $"{Orders}/{Text(order, "id")}";
        Assert.Equal("accepted", Text((await host.GetAsync(place)).Body, "status"));

        Assert.Equal(204, (await host.SendAsync(HttpMethod.Delete, place)).Status);
        Assert.Equal("canceled", Text((await host.GetAsync(place)).Body, "status"));
        Assert.Equal(422, (await host.SendAsync(HttpMethod.Delete, place)).Status);
    }

    [Fact]
    public async Task Orders_NowAndThen_AreRejectedByTheExchange()
    {
        await using var host = await MarketHost.StartAsync(new MarketOptions { Seed = 3, RejectOneIn = 4 });
        var states = new List<string?>();
        for (var i = 0; i < 60; i++)
        {
            var order = (await host.OrderAsync(i % 2 == 0 ? "buy" : "sell", 1)).Body;
            host.Time.Advance(TimeSpan.FromSeconds(1));
            states.Add(Text((await host.GetAsync($"{Orders}/{Text(order, "id")}")).Body, "status"));
        }

        Assert.Equal(["filled", "rejected"], states.Distinct().Order());
        Assert.InRange(states.Count(static s => s == "rejected"), 5, 30);
    }

    [Theory]
    [InlineData("""{"symbol":"SIMA","qty":"0","side":"buy","type":"market"}""", 422)]
    [InlineData("""{"symbol":"SIMA","qty":"1","side":"hold","type":"market"}""", 422)]
    [InlineData("""{"symbol":"SIMA","qty":"1","side":"buy","type":"stop"}""", 422)]
    [InlineData("""{"symbol":"SIMA","qty":"1","side":"buy","type":"limit"}""", 422)]
    [InlineData("""{"symbol":"NONE","qty":"1","side":"buy","type":"market"}""", 422)]
    [InlineData("""{"symbol":"SIMA","qty":"1000000","side":"buy","type":"market"}""", 403)]
    public async Task Order_ThatCannotBe_IsRefused(string body, int status)
    {
        await using var host = await MarketHost.StartAsync();
        Assert.Equal(status, (await host.SendAsync(HttpMethod.Post, Orders, JsonElement.Parse(body))).Status);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, (await host.GetAsync("/alpaca/v2/positions")).Body.GetArrayLength());
    }

    [Theory]
    [InlineData(SimulatedFault.Http500, false)]
    [InlineData(SimulatedFault.Reset, false)]
    [InlineData(SimulatedFault.TruncatedJson, true)]
    public async Task Order_UnderAFault_IsCarriedOutOnlyWhenTheAnswerAloneIsSpoilt(SimulatedFault fault, bool carriedOut)
    {
        await using var host = await MarketHost.StartAsync();
        host.Host.SetFault("alpaca", fault);
        try
        {
            await host.OrderAsync("buy", 1);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException)
        {
            // What the client sees is the fault.
        }

        host.Host.SetFault("alpaca", SimulatedFault.None);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(carriedOut ? 200 : 404, (await host.GetAsync("/alpaca/v2/positions/SIMA")).Status);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static decimal Number(JsonElement element, string name) => decimal.Parse(Text(element, name)!, CultureInfo.InvariantCulture);
}
