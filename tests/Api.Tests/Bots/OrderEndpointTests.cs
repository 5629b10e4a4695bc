using System.Collections.Immutable;
using System.Net;
using System.Text;
using ControlPlane.Abstractions;
using ControlPlane.Api.Bots;
using ControlPlane.Api.Tests.Host;
using ControlPlane.Api.Tests.Security;

namespace ControlPlane.Api.Tests.Bots;

public sealed class OrderEndpointTests
{
    [Fact]
    public async Task Check_Allowed_GivesTheOrderId()
    {
        await using var api = await Start();
        using var answer = await api.PostAsync("/api/bots/b1/orders/check", new { symbol = "ES", side = "buy", quantity = 1.5, price = 5000.25, intent = "open", epoch = 3 }, TestApi.Runner);
        var body = await TestApi.JsonAsync(answer);
        Assert.Equal((true, "o1", "ACTIVE", 7L), (body["allowed"]!.GetValue<bool>(), body["order_id"]!.GetValue<string>(), body["trading_state"]!.GetValue<string>(), body["gate_epoch"]!.GetValue<long>()));
        Assert.Equal(new OrderCheck("ES", OrderSide.Buy, 1.5m, 5000.25m, OrderIntent.Open, 3, body["trace_id"]!.GetValue<string>()), Assert.Single(api.Cluster.Orders));
    }

    [Fact]
    public async Task Check_Refused_Is200WithEveryReason()
    {
        await using var api = await Start(api => api.Cluster.OrderAnswer = new OrderAnswer
        {
            NoTradeId = "n1",
            TradingState = TradingState.Halted,
            Refusals = [new("RISK_LIMIT", "max_order_notional", 1_000, 1_500.5m, "m") { OrderIds = ["o7"] }, new(Codes.KillSwitchEngaged, "gate", null, null, "m")],
        });
        using var answer = await api.PostAsync("/api/bots/b1/orders/check", new { symbol = "ES", side = "sell", quantity = 1, intent = "reduce", epoch = 3, client_order_id = "c1", multiplier = 50, oco_group = "g" }, TestApi.Runner);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var body = await TestApi.JsonAsync(answer);
        Assert.Equal((false, "n1"), (body["allowed"]!.GetValue<bool>(), body["no_trade_id"]!.GetValue<string>()));
        Assert.Equal(("RISK_LIMIT", 1_000m, 1_500.5m), body["reasons"]![0]! is var r ? (r["code"]!.GetValue<string>(), r["limit"]!.GetValue<decimal>(), r["actual"]!.GetValue<decimal>()) : default);
        Assert.Null(body["reasons"]![1]!["limit"]);
        Assert.Equal("o7", body["reasons"]![0]!["order_ids"]![0]!.GetValue<string>());
        var asked = Assert.Single(api.Cluster.Orders);
        Assert.Equal((OrderIntent.Reduce, null, "c1", 50m, "g"), (asked.Intent, asked.Price, asked.ClientOrderId, asked.Multiplier, asked.OcoGroup));
    }

    [Theory]
    [InlineData("""{"side":"buy","quantity":1,"price":1}""")]
    [InlineData("""{"symbol":"a\nb","side":"buy","quantity":1,"price":1}""")]
    [InlineData("""{"symbol":"ES","side":"hold","quantity":1,"price":1}""")]
    [InlineData("""{"symbol":"ES","side":"buy","price":1}""")]
    [InlineData("""{"symbol":"ES","side":"buy","quantity":1,"price":1,"intent":"flip"}""")]
    [InlineData("""{"symbol":"ES","side":"buy","quantity":NaN,"price":1}""")]
    [InlineData("""{"symbol":"ES","side":"buy","quantity":1e40,"price":1}""")]
    [InlineData("""{"symbol":"ES","side":"buy","quantity":"1","price":1}""")]
    [InlineData("""{"symbol":"ES","side":"buy","quantity":1,"price":1}""")]
    [InlineData("""{"symbol":"ES","side":"buy","quantity":1,"price":1.00000000000000000000000000001,"epoch":3}""")]
    [InlineData("""{"symbol":"ES","side":"buy","quantity":1000000000000000000.00000000000001,"price":1,"epoch":3}""")]
    public async Task Check_NotOfTheForm_Is400_AndReachesNoBot(string body)
    {
        await using var api = await Start();
        using var answer = await api.PostAsync("/api/bots/b1/orders/check", new StringContent(body, Encoding.UTF8, "application/json"), TestApi.Runner);
        await AccessMatrixTests.AssertProblem(answer, 400, "INVALID_REQUEST");
        Assert.Empty(api.Cluster.Orders);
    }

    [Fact]
    public async Task Reports_ReachTheBot()
    {
        await using var api = await Start();
        foreach (var (path, body) in new (string, object)[] { ("orders/o7/report", new { status = "canceled" }), ("positions", new { symbol = "ES", quantity = -2.5 }), ("marks", new { symbol = "ES", price = 5000.5 }) })
        {
            using var answer = await api.PostAsync($"/api/bots/b1/{path}", body, TestApi.Runner);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            using var unknown = await api.PostAsync($"/api/bots/nobody/{path}", body, TestApi.Runner);
            await AccessMatrixTests.AssertProblem(unknown, 404, "UNKNOWN_BOT");
        }

        Assert.Equal(["o7 Canceled", "ES -2.5", "ES at 5000.5"], api.Cluster.Reports);
        using var wrong = await api.PostAsync("/api/bots/b1/orders/o7/report", new { status = "lost" }, TestApi.Runner);
        await AccessMatrixTests.AssertProblem(wrong, 400, "INVALID_REQUEST");
    }

    [Fact]
    public async Task Orders_AreListed_AndTheAccountIsTaken()
    {
        await using var api = await Start();
        var order = (await api.GetJsonAsync("/api/bots/b1/orders?status=open"))["items"]![0]!;
        Assert.Equal(("o1", "c1", "sell", 2m, 1m, "reduce", "open"), (order["order_id"]!.GetValue<string>(), order["client_order_id"]!.GetValue<string>(), order["side"]!.GetValue<string>(), order["quantity"]!.GetValue<decimal>(), order["left"]!.GetValue<decimal>(), order["intent"]!.GetValue<string>(), order["status"]!.GetValue<string>()));
        Assert.Null(order["price"]);
        using var account = await api.PostAsync("/api/bots/b1/account", new { as_of = "2026-11-22T20:00:00Z", positions = new[] { new { symbol = "ES", quantity = 2 } }, open_orders = new[] { "o1" } }, TestApi.Runner);
        Assert.Equal("o9", (await TestApi.JsonAsync(account))["ended_orders"]![0]!.GetValue<string>());
        using var undated = await api.PostAsync("/api/bots/b1/account", new { positions = Array.Empty<object>() }, TestApi.Runner);
        await AccessMatrixTests.AssertProblem(undated, 400, "INVALID_REQUEST");
    }

    [Fact]
    public async Task Settle_IsAnOperators_AndNeedsAReason()
    {
        await using var api = await Start();
        using var runner = await api.PostAsync("/api/bots/b1/positions", new { symbol = "ES", quantity = 2, settle = true, reason = "r" }, TestApi.Runner);
        await AccessMatrixTests.AssertProblem(runner, 403, "FORBIDDEN");
        using var silent = await api.PostAsync("/api/bots/b1/positions", new { symbol = "ES", quantity = 2, settle = true }, TestApi.Operator);
        await AccessMatrixTests.AssertProblem(silent, 400, "INVALID_REQUEST");
        using var told = await api.PostAsync("/api/bots/b1/positions", new { symbol = "ES", quantity = 2, settle = true, reason = "r" }, TestApi.Operator);
        Assert.Equal(HttpStatusCode.OK, told.StatusCode);
        Assert.Equal(["ES 2 settled"], api.Cluster.Reports);
    }

    private static Task<TestApi> Start(Action<TestApi>? arrange = null) => TestApi.StartAsync(api =>
    {
        api.Cluster.Bots["b1"] = new BotView { BotId = "b1", Spec = new BotSpec("b", null, [], TradingMode.Paper, ImmutableSortedDictionary<string, decimal>.Empty) };
        arrange?.Invoke(api);
    });
}
