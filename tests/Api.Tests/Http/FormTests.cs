using System.Net;
using System.Text;
using System.Text.Json;
using ControlPlane.Api.Http;
using ControlPlane.Api.Tests.Host;
using ControlPlane.Api.Tests.Security;
using ControlPlane.Contracts;

namespace ControlPlane.Api.Tests.Http;

public sealed class FormTests(SharedApi shared) : IClassFixture<SharedApi>
{
    [Fact]
    public async Task TraceId_ValidTraceparent_IsTakenOver()
    {
        var api = shared.Api;
        using var answer = await api.GetAsync("/api/bots", TestApi.Viewer, ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
        Assert.Equal("4bf92f3577b34da6a3ce929d0e0e4736", answer.Headers.GetValues("X-Trace-Id").Single());
        Assert.Equal("4bf92f3577b34da6a3ce929d0e0e4736", (await TestApi.JsonAsync(answer))["trace_id"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("00-00000000000000000000000000000000-00f067aa0ba902b7-01")]
    [InlineData("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01")]
    [InlineData("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x")]
    public async Task TraceId_InvalidTraceparent_IsReplaced(string traceParent)
    {
        var api = shared.Api;
        using var answer = await api.GetAsync("/healthz", null, ("traceparent", traceParent));
        var traceId = answer.Headers.GetValues("X-Trace-Id").Single();
        Assert.Matches("^[0-9a-f]{32}$", traceId);
        Assert.NotEqual(new string('0', 32), traceId);
        Assert.Equal(traceId, (await TestApi.JsonAsync(answer))["trace_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task TraceId_EveryRequest_HasItsOwn()
    {
        var api = shared.Api;
        using var first = await api.GetAsync("/healthz", null);
        using var second = await api.GetAsync("/healthz", null);
        Assert.NotEqual(first.Headers.GetValues("X-Trace-Id").Single(), second.Headers.GetValues("X-Trace-Id").Single());
    }

    [Theory]
    [InlineData("GET", "/api/nothing/here", 404)]
    [InlineData("GET", "/api/system/kill", 405)]
    [InlineData("DELETE", "/api/bots", 405)]
    [InlineData("POST", "/", 405)]
    [InlineData("POST", "/healthz", 405)]
    public async Task UnknownRouteOrMethod_IsAProblem(string method, string path, int status)
    {
        var api = shared.Api;
        using var answer = await api.SendAsync(new HttpMethod(method), path, TestApi.Operator);
        await AccessMatrixTests.AssertProblem(answer, status, "INVALID_REQUEST");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"reason\":NaN}")]
    [InlineData("{\"reason\":1}")]
    [InlineData("{\"reason\":\"a\",\"reason\":\"b\"}")]
    [InlineData("{\"reason\":\"\\ud800\"}")]
    [InlineData("{\"reason\":\"a\"} trailing")]
    [InlineData("{\"reason\":\"a\",}")]
    public async Task Body_Malformed_Is400AndNothingOfItComesBack(string body)
    {
        var api = shared.Api;
        using var answer = await api.PostAsync("/api/system/release", new StringContent(body, Encoding.UTF8, "application/json"));
        await AccessMatrixTests.AssertProblem(answer, 400, "INVALID_REQUEST");
        Assert.Equal(0, api.Cluster.Gate.Releases);
    }

    [Fact]
    public async Task Body_NestedTooDeeply_Is400()
    {
        var api = shared.Api;
        var deep = "{\"x\":" + new string('[', 10_000) + new string(']', 10_000) + "}";
        foreach (var path in new[] { "/api/system/release", "/api/usage-events", "/api/integrations/verify" })
        {
            using var answer = await api.PostAsync(path, new StringContent(deep, Encoding.UTF8, "application/json"));
            await AccessMatrixTests.AssertProblem(answer, 400, "INVALID_REQUEST");
        }
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    public async Task Body_OfAnotherType_Is415(string type)
    {
        var api = shared.Api;
        foreach (var path in new[] { "/api/system/release", "/api/usage-events", "/api/session" })
        {
            // A page that has not loaded its program yet signs in with a form.
            if (path == "/api/session" && type.EndsWith("urlencoded", StringComparison.Ordinal)) continue;
            var content = new ByteArrayContent("{\"reason\":\"x\"}"u8.ToArray());
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            using var answer = await api.PostAsync(path, content);
            await AccessMatrixTests.AssertProblem(answer, 415, "INVALID_REQUEST");
        }

        Assert.Equal(0, api.Cluster.Gate.Releases);
    }

    [Theory]
    [InlineData("/api/system/release", false)]
    [InlineData("/api/usage-events", false)]
    [InlineData("/api/usage-events", true)]
    public async Task Body_TooLarge_Is413(string path, bool chunked)
    {
        await using var api = await TestApi.StartAsync();
        var content = new StringContent("{\"reason\":\"" + new string('x', 11 * 1024 * 1024) + "\"}", Encoding.UTF8, "application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.Authorization = new("Bearer", TestApi.Operator);
        request.Headers.TransferEncodingChunked = chunked;
        using var answer = await api.Client.SendAsync(request, TestContext.Current.CancellationToken);
        await AccessMatrixTests.AssertProblem(answer, 413, "INVALID_REQUEST");
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=501")]
    [InlineData("limit=abc")]
    [InlineData("limit=1&limit=2")]
    [InlineData("before=")]
    [InlineData("before=forged")]
    public async Task Page_WrongQuery_Is400(string query)
    {
        var api = shared.Api;
        foreach (var path in new[] { "/api/integrations/polygon/events", "/api/integrations/polygon/verifications", "/api/system/transitions", "/api/audit" })
        {
            using var answer = await api.GetAsync($"{path}?{query}", TestApi.Operator);
            await AccessMatrixTests.AssertProblem(answer, 400, "INVALID_REQUEST");
        }
    }

    [Fact]
    public async Task Store_Unreadable_Is503WithoutItsWords()
    {
        await using var api = await TestApi.StartAsync();
        api.Stores.Broken = true;
        using var answer = await api.GetAsync("/api/audit", TestApi.Operator);
        await AccessMatrixTests.AssertProblem(answer, 503, "DATA_UNAVAILABLE");
        Assert.DoesNotContain("SELECT", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Store_Hangs_Is503AfterTheLimitAndQuicklyFromThenOn()
    {
        await using var api = await TestApi.StartAsync();
        api.Stores.Hangs = true;
        foreach (var limit in new[] { 2.0, 0.15 })
        {
            var waiting = api.GetAsync("/api/audit", TestApi.Operator);

            // Real time passes until the request has armed its deadline on the fake clock.
            while (!waiting.IsCompleted)
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
                api.Time.Advance(TimeSpan.FromSeconds(limit));
            }

            using var answer = await waiting;
            await AccessMatrixTests.AssertProblem(answer, 503, "DATA_UNAVAILABLE");
        }
    }

    [Fact]
    public async Task Grain_Unexpected_Is500WithoutDetails()
    {
        await using var api = await TestApi.StartAsync();
        api.Cluster.Gate.Failing = new InvalidOperationException("inner workings");
        using var answer = await api.PostAsync("/api/system/release", new { reason = "x" });
        await AccessMatrixTests.AssertProblem(answer, 500, "DATA_UNAVAILABLE");
        Assert.DoesNotContain("inner workings", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grain_Overdue_Is503Unreachable()
    {
        await using var api = await TestApi.StartAsync();
        api.Cluster.Gate.Failing = new TimeoutException();
        using var answer = await api.PostAsync("/api/system/release", new { reason = "x" });
        await AccessMatrixTests.AssertProblem(answer, 503, "CONTROL_PLANE_UNREACHABLE");
    }

    [Fact]
    public async Task Log_AtEveryLevel_HoldsNoRawPathQueryOrBody()
    {
        await using var api = await TestApi.StartAsync();
        using var path = await api.GetAsync("/api/bots/canary-path?limit=canary-query");
        using var list = await api.GetAsync("/api/audit?limit=canary-query", TestApi.Operator);
        using var nowhere = await api.GetAsync("/canary-path/nowhere", null);
        using var body = await api.PostAsync("/api/system/release", new StringContent("{\"canary-body", Encoding.UTF8, "application/json"));
        using var mode = await api.PostAsync("/api/bots/canary-path/runner/start", new { runner_id = "r", mode = "canary-body" });
        foreach (var line in api.Log.Lines) Assert.DoesNotContain("canary-", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("one line", true)]
    [InlineData("", false)]
    [InlineData("   ", false)]
    [InlineData("a\r\nb", false)]
    [InlineData("a\u001b[31mb", false)]
    [InlineData("a\u2028b", false)]
    [InlineData("a\u202eb", false)]
    [InlineData("a\u0085b", false)]
    public void Text_ThatBreaksALine_IsRefused(string text, bool fits) => Assert.Equal(fits, TextRules.IsText(text, 500));

    [Theory]
    [InlineData("2026-11-22T20:00:00Z", true)]
    [InlineData("2026-11-22T20:00:00.123+01:00", true)]
    [InlineData("2026-11-22T20:00:00", false)]
    [InlineData("2026-11-22", false)]
    [InlineData("yesterday", false)]
    [InlineData("2026-11-22T20:00Z", true)]
    [InlineData("2026-11-22T20:00:00.123456789Z", true)]
    [InlineData("2026-11-22T20:00:00.1234567891Z", false)]
    [InlineData("2026-11-22T20:00:00.Z", false)]
    [InlineData("2026-11-22T20:00:00.123", false)]
    [InlineData("2026-11-22T20:00:00+0900", false)]
    [InlineData("2026-11-22T20:00:00+15:00", false)]
    [InlineData("2026-02-29T20:00:00Z", false)]
    [InlineData("2026-11-22T24:00:00Z", false)]
    [InlineData("2026-11-22T20:00:60Z", false)]
    [InlineData("0001-01-01T00:00:00+14:00", false)]
    [InlineData("9999-12-31T23:59:59-14:00", false)]
    [InlineData("٢٠٢٦-11-22T20:00:00Z", false)]
    public void Instant_WithoutOffset_IsRefused(string text, bool fits) => Assert.Equal(fits, Instants.TryParse(text, out _));

    [Theory]
    [InlineData("2026-11-22T20:00:00.1234567Z")]
    [InlineData("2026-11-22T20:00:00.123456799Z")]
    [InlineData("2026-11-23T05:00:00.123456789+09:00")]
    [InlineData("2026-11-22T15:30:00.123456789-04:30")]
    public void Instant_InAnyZone_IsTheSameToTheTick(string text)
    {
        Assert.True(Instants.TryParse(text, out var instant));
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 20, 0, 0, TimeSpan.Zero).AddTicks(1234567), instant);
        var body = JsonSerializer.Deserialize<TradeRequest>($$"""{"closed_at":"{{text.Replace(":", "\\u003a", StringComparison.Ordinal)}}"}""", s_json);
        Assert.Equal(instant, body!.ClosedAt);
    }

    [Theory]
    [InlineData("\"2026-11-22T20:00:00\"")]
    [InlineData("\"2026-11-22\"")]
    [InlineData("1764000000")]
    [InlineData("{}")]
    public void Instant_OfAnotherForm_MakesTheBodyUnreadable(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<TradeRequest>($$"""{"closed_at":{{json}}}""", s_json));

    private static readonly JsonSerializerOptions s_json = Json();

    private static JsonSerializerOptions Json()
    {
        var options = new JsonSerializerOptions();
        ControlPlaneJson.Configure(options);
        return options;
    }
}
