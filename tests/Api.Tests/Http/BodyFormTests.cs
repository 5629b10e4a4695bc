using System.Collections.Immutable;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ControlPlane.Abstractions;
using ControlPlane.Api.Tests.Host;
using ControlPlane.Api.Tests.Security;

namespace ControlPlane.Api.Tests.Http;

/// <summary>What a body is told of itself: fields that nobody reads, values of another type, and a single item that is not taken.</summary>
public sealed class BodyFormTests
{
    private const string Event = """{"provider":"polygon","operation":"GET /x","status":"ok"}""";

    [Theory]
    [InlineData("PUT", "/api/bots/b1", """{"name":"B","max_daily_los":5}""", "max_daily_los")]
    [InlineData("POST", "/api/bots/b1/runner/start", """{"runner_id":"r1","modus":"live"}""", "modus")]
    [InlineData("POST", "/api/bots/b1/runner/heartbeat", """{"runner_id":"r1","epoch":1,"Epoch":2}""", "Epoch")]
    [InlineData("POST", "/api/bots/b1/orders/check", """{"symbol":"ES","side":"buy","quantity":1,"price":1,"epoch":1,"stop":2,"tif":{"a":1}}""", "stop,tif")]
    [InlineData("POST", "/api/bots/b1/marks", """{"symbol":"ES","price":1,"venue":"x"}""", "venue")]
    [InlineData("POST", "/api/bots/b1/decisions", """{"symbol":"ES","action":"buy","size":1,"variables":{"anything":1}}""", "size")]
    [InlineData("POST", "/api/bots/b1/no-trades", """{"reasons":[{"code":"COOLDOWN","why":"x"},{"code":"COOLDOWN","why":"y"}]}""", "reasons.why")]
    [InlineData("POST", "/api/bots/b1/trades", """{"items":[{"symbol":"ES","side":"buy","quantity":1,"price":2,"fee":1},{"symbol":"ES","side":"buy","quantity":1,"price":2,"fee":2}],"batch":7}""", "batch,fee")]
    [InlineData("POST", "/api/usage-events", """{"provider":"polygon","operation":"GET /x","status":"ok","latency":4}""", "latency")]
    [InlineData("POST", "/api/usage-events", """{"events":[{"provider":"polygon","operation":"GET /x","status":"ok","latency":4}],"more":true}""", "latency,more")]
    [InlineData("POST", "/api/system/live/arm", """{"minutes":5,"reason":"r","hours":1}""", "hours")]
    [InlineData("POST", "/api/integrations/polygon/secrets/check", """{"values":{"POLYGON_API_KEY":"canary-value-of-a-secret"},"store":"canary-value-of-a-secret"}""", "store")]
    [InlineData("POST", "/api/session", """{"token":"operator-token-0123456789-abcdef","remember":true}""", "remember")]
    public async Task FieldThatNobodyReads_IsNamedInTheAnswer(string method, string path, string body, string names)
    {
        await using var api = await StartAsync();
        using var answer = await Send(api, method, path, body);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        Assert.Equal(names, string.Join(',', JsonNode.Parse(text)!["ignored"]!.AsArray().Select(name => name!.GetValue<string>())));
        Assert.Equal(answer.Headers.GetValues("X-Trace-Id").Single(), JsonNode.Parse(text)!["trace_id"]!.GetValue<string>());
        Assert.DoesNotContain("canary-", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FieldThatNobodyReads_OfARefusedCall_IsNamedInTheProblem()
    {
        await using var api = await StartAsync();
        using var answer = await Send(api, "PUT", "/api/bots/b2", """{"nmae":"B"}""");
        await AccessMatrixTests.AssertProblem(answer, 400, "INVALID_REQUEST");
        Assert.Equal("nmae", Assert.Single((await TestApi.JsonAsync(answer))["ignored"]!.AsArray())!.GetValue<string>());
    }

    [Fact]
    public async Task NameThatIsNone_IsNotRepeated_AndThereAreNeverMany()
    {
        await using var api = await StartAsync();
        var odd = "{\"symbol\":\"ES\",\"price\":1,\"<script>\":1,\"a b\":2,\"" + new string('x', 65) + "\":3,"
            + string.Join(',', Enumerable.Range(0, 50).Select(i => $"\"f{i}\":{i}")) + "}";
        using var answer = await Send(api, "POST", "/api/bots/b1/marks", odd);
        var ignored = (await TestApi.JsonAsync(answer))["ignored"]!.AsArray().Select(name => name!.GetValue<string>()).ToArray();
        Assert.Equal(["(another name)", "f0"], ignored[..2]);
        Assert.Equal(20, ignored.Length);
    }

    [Theory]
    [InlineData("/api/bots/b1/marks", """{"symbol":"ES","price":1}""")]
    [InlineData("/api/usage-events", Event)]
    [InlineData("/api/bots/b1/decisions", """{"symbol":"ES","action":"buy"}""")]
    public async Task WholeBodyThatIsRead_HasNothingIgnored(string path, string body)
    {
        await using var api = await StartAsync();
        using var answer = await Send(api, "POST", path, body);
        Assert.False((await TestApi.JsonAsync(answer)).ContainsKey("ignored"));
    }

    [Theory]
    [InlineData("PUT", "/api/bots/b1", """{"name":7}""", "'name' must be a text.")]
    [InlineData("PUT", "/api/bots/b1", """{"name":"B","requires":"polygon"}""", "'requires' must be an array.")]
    [InlineData("PUT", "/api/bots/b1", """{"name":"B","requires":["polygon",7]}""", "'requires[1]' must be a text.")]
    [InlineData("PUT", "/api/bots/b1", """{"name":"B","risk_limits":{"canary-key":"canary-1"}}""", "'risk_limits.*' must be a number.")]
    [InlineData("PUT", "/api/bots/b1", """{"name":"B","risk_limits":{"max_daily_loss":null}}""", "'risk_limits.*' must be a number.")]
    [InlineData("POST", "/api/bots/b1/runner/heartbeat", """{"runner_id":"r1","epoch":"canary-1"}""", "'epoch' must be a whole number.")]
    [InlineData("POST", "/api/bots/b1/runner/heartbeat", """{"runner_id":"r1","epoch":1.5}""", "'epoch' must be a whole number.")]
    [InlineData("POST", "/api/bots/b1/orders/check", """{"symbol":"ES","side":"buy","quantity":"canary-1"}""", "'quantity' must be a number.")]
    [InlineData("POST", "/api/system/live/arm", """{"minutes":"5","reason":"canary-1"}""", "'minutes' must be a whole number.")]
    [InlineData("POST", "/api/system/release", """["canary-1"]""", "The body must be a JSON object.")]
    public async Task ValueOfAnotherType_IsRefusedWithItsPathAndWhatIsExpected(string method, string path, string body, string detail)
    {
        await using var api = await StartAsync();
        using var answer = await Send(api, method, path, body);
        await AccessMatrixTests.AssertProblem(answer, 400, "INVALID_REQUEST");
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(detail, JsonNode.Parse(text)!["detail"]!.GetValue<string>());
        Assert.DoesNotContain("canary-", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("decisions", """{"symbol":"ES","action":"buy","confidence":"canary-1"}""", "'confidence' must be a number.")]
    [InlineData("decisions", """{"symbol":"ES","action":"buy","variables":{"a":[1]}}""", "'variables' must hold numbers, texts and booleans.")]
    [InlineData("decisions", """{"symbol":"ES","action":"buy","occurred_at":"2026-11-22T20:00:00"}""", "'occurred_at' must be an ISO 8601 instant with a zone (Z or an offset) and up to nine decimals.")]
    [InlineData("no-trades", """{"reasons":[{"code":"COOLDOWN"},{"code":"COOLDOWN","threshold":"canary-1"}]}""", "'reasons[1].threshold' must be a number.")]
    [InlineData("trades", """{"symbol":"ES","side":"hold","quantity":1,"price":2}""", "'side' must be buy or sell.")]
    [InlineData("cycles", """{"outcome":"canary-1"}""", "'outcome' must be traded, no_signal, suppressed or error.")]
    public async Task OneTraceThatIsNotTaken_Is422WithItsCode_AndAListIs200(string kind, string body, string detail)
    {
        await using var api = await StartAsync();
        using var one = await Send(api, "POST", $"/api/bots/b1/{kind}", body);
        await AccessMatrixTests.AssertProblem(one, 422, "INVALID_REQUEST");
        var text = await one.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(detail, JsonNode.Parse(text)!["detail"]!.GetValue<string>());
        Assert.DoesNotContain("canary-", text, StringComparison.Ordinal);

        using var list = await Send(api, "POST", $"/api/bots/b1/{kind}", $$"""{"items":[{{body}}]}""");
        var receipt = await TestApi.JsonAsync(list);
        Assert.Equal((HttpStatusCode.OK, 0), (list.StatusCode, receipt["accepted"]!.GetValue<int>()));
        Assert.Equal(detail, Assert.Single(receipt["rejected"]!.AsArray())!["message"]!.GetValue<string>());
    }

    [Fact]
    public async Task OneTraceThatTheBotRefuses_Is422WithTheBotsCode()
    {
        await using var api = await StartAsync(api => api.Cluster.TraceRejects = [new(0, Codes.InvalidRequest, "This id is known already.")]);
        using var answer = await Send(api, "POST", "/api/bots/b1/trades", """{"trade_id":"t1","symbol":"ES","side":"buy","quantity":1,"price":2}""");
        await AccessMatrixTests.AssertProblem(answer, 422, "INVALID_REQUEST");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OneEventThatIsNotTaken_Is422WithItsCode_AndAListIs200(bool shortWay)
    {
        await using var api = await StartAsync(api => api.Cluster.Ingest.Rejects = [new UsageRejection(0, Codes.UnknownProvider, "No such integration.")]);
        (string, string)[] headers = shortWay ? [] : [("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")];
        var path = shortWay ? "/api/usage-events" : "/api/usage-events?long";
        using var one = await api.PostAsync(path, Json(Event), TestApi.Runner, headers);
        await AccessMatrixTests.AssertProblem(one, 422, "UNKNOWN_PROVIDER");
        using var broken = await api.PostAsync(path, Json("""{"provider":"polygon"}"""), TestApi.Runner, headers);
        await AccessMatrixTests.AssertProblem(broken, 422, "INVALID_REQUEST");
        using var list = await api.PostAsync(path, Json($$"""{"events":[{{Event}}]}"""), TestApi.Runner, headers);
        Assert.Equal(HttpStatusCode.OK, list.StatusCode);
        Assert.Equal("UNKNOWN_PROVIDER", Assert.Single((await TestApi.JsonAsync(list))["rejected"]!.AsArray())!["code"]!.GetValue<string>());
    }

    private static Task<TestApi> StartAsync(Action<TestApi>? arrange = null) => TestApi.StartAsync(api =>
    {
        api.Cluster.Bots["b1"] = new BotView { BotId = "b1", Spec = new BotSpec("b", null, [], TradingMode.Paper, ImmutableSortedDictionary<string, decimal>.Empty) };
        arrange?.Invoke(api);
    });

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static Task<HttpResponseMessage> Send(TestApi api, string method, string path, string body) =>
        api.SendAsync(new HttpMethod(method), path, path == "/api/session" ? null : TestApi.Operator, Json(body));
}
