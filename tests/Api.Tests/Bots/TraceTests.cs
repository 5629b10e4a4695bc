using System.Collections.Immutable;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ControlPlane.Abstractions;
using ControlPlane.Api.Tests.Host;
using ControlPlane.Api.Tests.Security;

namespace ControlPlane.Api.Tests.Bots;

public sealed class TraceTests
{
    [Fact]
    public async Task Post_OneObject_TakesItWithAMadeUpIdAndTime()
    {
        await using var api = await Start();
        var receipt = await Post(api, "decisions", """{"symbol":"ES","action":"buy","variables":{"x":1.5,"on":true,"why":"trend"},"confidence":0.7,"trace_id":"0AF7651916CD43DD8448EB211C80319C"}""");
        Assert.Equal((1, 0), (receipt["accepted"]!.GetValue<int>(), receipt["duplicates"]!.GetValue<int>()));
        var decision = Assert.Single(api.Cluster.Decisions);
        Assert.Equal(decision.DecisionId, receipt["ids"]![0]!.GetValue<string>());
        Assert.Equal((api.Time.GetUtcNow(), 0.7, "0af7651916cd43dd8448eb211c80319c"), (decision.OccurredAt, decision.Confidence, decision.TraceId));
        Assert.Equal([new("on", true), new("why", "trend"), new("x", 1.5)], decision.Variables.AsEnumerable());
    }

    [Fact]
    public async Task Post_Items_RejectsBadOnesByTheirPlaces()
    {
        await using var api = await Start(api => api.Cluster.TraceRejects = [new(1, Codes.InvalidRequest, "no")]);
        var receipt = await Post(api, "trades", """
            {"items":[{"trade_id":"t0","symbol":"ES","side":"buy","quantity":1,"price":2},
                      {"trade_id":"t1","symbol":"ES","side":"hold","quantity":1,"price":2},
                      {"trade_id":"t2","symbol":"ES","side":"sell","quantity":1,"price":2,"order_id":"o2"},
                      7, {"trade_id":4}, {"symbol":"\ud800","side":"buy"}]}
            """);
        Assert.Equal([1, 2, 3, 4, 5], receipt["rejected"]!.AsArray().Select(r => r!["index"]!.GetValue<int>()));
        Assert.Equal(["t0", null, null, null, null, null], receipt["ids"]!.AsArray().Select(i => i?.GetValue<string>()));
        Assert.Equal(["t0", "t2"], api.Cluster.Trades.Select(t => t.TradeId));
        Assert.Equal("o2", api.Cluster.Trades.Last().OrderId);
    }

    [Theory]
    [InlineData("""{"outcome":"traded"}""", CycleEnd.Traded, 1, 1, 1, 0)]
    [InlineData("""{"outcome":"traded","filled":2}""", CycleEnd.Traded, 2, 2, 2, 2)]
    [InlineData("""{"outcome":"suppressed"}""", CycleEnd.Suppressed, 1, 0, 0, 0)]
    [InlineData("""{"outcome":"no_signal"}""", CycleEnd.NoSignal, 0, 0, 0, 0)]
    [InlineData("""{"outcome":"error","signals":3,"survived_risk":1}""", CycleEnd.Error, 3, 1, 0, 0)]
    public async Task PostCycle_ByItsOutcome_HasTheLeastThatItImplies(string body, CycleEnd end, int signals, int survived, int sent, int filled)
    {
        await using var api = await Start();
        await Post(api, "cycles", body);
        var cycle = Assert.Single(api.Cluster.Cycles);
        Assert.Equal((end, signals, survived, sent, filled), (cycle.End, cycle.Signals, cycle.SurvivedRisk, cycle.Sent, cycle.Filled));
    }

    [Theory]
    [InlineData("decisions", "[]", 400)]
    [InlineData("decisions", "{", 400)]
    [InlineData("decisions", """{"items":{}}""", 400)]
    [InlineData("no-trades", """{"symbol":"a","symbol":"b"}""", 400)]
    public async Task Post_NotOfTheForm_IsRefused(string kind, string body, int status)
    {
        await using var api = await Start();
        using var answer = await api.PostAsync($"/api/bots/b1/{kind}", Json(body), TestApi.Runner);
        await AccessMatrixTests.AssertProblem(answer, status, "INVALID_REQUEST");
    }

    [Fact]
    public async Task Post_TooMany_Is413_AndNothingIsTaken()
    {
        await using var api = await Start();
        using var answer = await api.PostAsync("/api/bots/b1/cycles", Json($$"""{"items":[{{string.Join(',', Enumerable.Repeat("{\"outcome\":\"error\"}", 10_001))}}]}"""), TestApi.Runner);
        await AccessMatrixTests.AssertProblem(answer, 413, "INVALID_REQUEST");
        Assert.Empty(api.Cluster.Cycles);
    }

    [Theory]
    [InlineData(Codes.DataUnavailable, 503)]
    [InlineData(Codes.RateLimited, 429)]
    public async Task Post_StoreCannot_IsSaidSo(string code, int status)
    {
        await using var api = await Start(api => api.Cluster.TraceFailure = code);
        using var answer = await api.PostAsync("/api/bots/b1/no-trades", new { reasons = new[] { new { code = "COOLDOWN" } } }, TestApi.Runner);
        await AccessMatrixTests.AssertProblem(answer, status, code);
    }

    [Fact]
    public async Task UnknownBot_Is404_ToWriteAndToRead()
    {
        await using var api = await TestApi.StartAsync();
        using var post = await api.PostAsync("/api/bots/nobody/cycles", new { outcome = "error" }, TestApi.Runner);
        await AccessMatrixTests.AssertProblem(post, 404, "UNKNOWN_BOT");
        foreach (var list in new[] { "decisions", "no-trades", "trades", "funnel" })
        {
            using var get = await api.GetAsync($"/api/bots/nobody/{list}");
            await AccessMatrixTests.AssertProblem(get, 404, "UNKNOWN_BOT");
        }
    }

    [Fact]
    public async Task Lists_GiveWhatWasRecorded()
    {
        await using var api = await Start();
        await Post(api, "decisions", """{"decision_id":"d1","symbol":"ES","action":"buy","trade_id":"t1","variables":{"x":1.5}}""");
        await Post(api, "trades", """{"trade_id":"t1","symbol":"ES","side":"sell","quantity":1.5,"price":2,"pnl":-0.1}""");
        await Post(api, "no-trades", """{"items":[{"symbol":"ES","reasons":[{"code":"RISK_LIMIT","rule":"max","threshold":1,"actual":2.5,"detail":"d"}]},{"reasons":[{"code":"COOLDOWN"}]}]}""");

        var decision = (await api.GetJsonAsync("/api/bots/b1/decisions"))["items"]![0]!;
        Assert.Equal(("d1", "b1", 1.5, "t1"), (decision["decision_id"]!.GetValue<string>(), decision["bot_id"]!.GetValue<string>(), decision["variables"]!["x"]!.GetValue<double>(), decision["trade"]!["trade_id"]!.GetValue<string>()));
        var trade = (await api.GetJsonAsync("/api/bots/b1/trades"))["items"]![0]!;
        Assert.Equal(("sell", -0.1m, null), (trade["side"]!.GetValue<string>(), trade["pnl"]!.GetValue<decimal>(), trade["closed_at"]?.GetValue<string>()));
        var noTrade = Assert.Single((await api.GetJsonAsync("/api/bots/b1/no-trades?reason=RISK_LIMIT"))["items"]!.AsArray())!;
        Assert.Equal(("max", 1m, 2.5m, 1), (noTrade["reasons"]![0]!["rule"]!.GetValue<string>(), noTrade["reasons"]![0]!["threshold"]!.GetValue<decimal>(), noTrade["reasons"]![0]!["actual"]!.GetValue<decimal>(), noTrade["count"]!.GetValue<int>()));
        foreach (var wrong in new[] { "decisions?before=x", "no-trades?reason=NOPE", "trades?limit=0" })
        {
            using var answer = await api.GetAsync($"/api/bots/b1/{wrong}");
            await AccessMatrixTests.AssertProblem(answer, 400, "INVALID_REQUEST");
        }
    }

    [Fact]
    public async Task Decision_UsageUnreadable_IsNullAndNamed()
    {
        await using var api = await Start(api => api.Cluster.TraceUsage = null);
        await Post(api, "decisions", """{"decision_id":"d1","symbol":"ES","action":"buy","trace_id":"0af7651916cd43dd8448eb211c80319c"}""");
        var detail = await api.GetJsonAsync("/api/bots/b1/decisions/d1");
        Assert.True(detail.ContainsKey("usage_events") && detail["usage_events"] is null);
        Assert.Equal("usage_events", detail["unavailable"]![0]!["field"]!.GetValue<string>());
        using var absent = await api.GetAsync("/api/bots/b1/decisions/d2");
        await AccessMatrixTests.AssertProblem(absent, 404, "INVALID_REQUEST");
    }

    [Fact]
    public async Task Funnel_Unreadable_IsNullAndNamed_AndReadableIsCounted()
    {
        await using var api = await Start();
        var funnel = await api.GetJsonAsync("/api/bots/b1/funnel");
        Assert.Equal((4, 1, 2), (funnel["cycles"]!.GetValue<int>(), funnel["outcomes"]!["traded"]!.GetValue<int>(), funnel["outcomes"]!["no_signal"]!.GetValue<int>()));
        Assert.Empty(funnel["unavailable"]!.AsArray());
        api.Cluster.Funnel = new(null, null, null, null, 86_400, Codes.DataUnavailable);
        funnel = await api.GetJsonAsync("/api/bots/b1/funnel");
        foreach (var field in new[] { "cycles", "signals", "survived_risk", "sent", "filled", "outcomes", "no_trade_reasons", "blind", "last_cycle_at" })
        {
            Assert.True(funnel.ContainsKey(field) && funnel[field] is null, field);
            Assert.Contains(funnel["unavailable"]!.AsArray(), u => u!["field"]!.GetValue<string>() == field);
        }
    }

    private static Task<TestApi> Start(Action<TestApi>? arrange = null) => TestApi.StartAsync(api =>
    {
        api.Cluster.Bots["b1"] = new BotView { BotId = "b1", Spec = new BotSpec("b", null, [], TradingMode.Paper, ImmutableSortedDictionary<string, decimal>.Empty) };
        arrange?.Invoke(api);
    });

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static async Task<JsonObject> Post(TestApi api, string kind, string body)
    {
        using var answer = await api.PostAsync($"/api/bots/b1/{kind}", Json(body), TestApi.Runner);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await TestApi.JsonAsync(answer);
    }
}
