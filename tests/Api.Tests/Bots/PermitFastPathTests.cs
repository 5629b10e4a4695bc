using System.Net;
using ControlPlane.Abstractions;
using ControlPlane.Api.Tests.Host;
using ControlPlane.Api.Tests.Security;

namespace ControlPlane.Api.Tests.Bots;

/// <summary>The plain form of a permit goes the short way; the same question with its members turned round goes the long one.</summary>
public sealed class PermitFastPathTests
{
    private const string Short = "/api/bots/b1/permit?intent=open&epoch=1";
    private const string Long = "/api/bots/b1/permit?epoch=1&intent=open";

    public static TheoryData<TradingState, long, string> Answers => new()
    {
        { TradingState.Active, 1_234, "" },
        { TradingState.Reducing, 2_000, "INTEGRATION_DEGRADED" },
        { TradingState.Halted, 2_000, "KILL_SWITCH_ENGAGED INTEGRATION_KEY_MISSING LIVE_NOT_ARMED TIER_TOO_LOW" },
        { TradingState.Halted, 2_000, "" },
        { TradingState.Halted, 0, "GATE_LEASE_EXPIRED" },
        { TradingState.Halted, 0, "" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task BothWays_AnswerTheSame_HeadersToo(TradingState state, long validForMs, string codes)
    {
        await using var api = await TestApi.StartAsync(api =>
        {
            api.Gate.Answer = new(state, 7, 412, validForMs, codes.Contains("MISSING", StringComparison.Ordinal), 20_000);
            api.Gate.Explanation = [.. codes.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        });
        const string Trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        foreach (var intent in new[] { "open", "reduce", "cancel" })
        {
            using var quick = await api.GetAsync($"/api/bots/b1/permit?intent={intent}&epoch=1", TestApi.Viewer, ("traceparent", Trace));
            using var slow = await api.GetAsync($"/api/bots/b1/permit?epoch=1&intent={intent}", TestApi.Viewer, ("traceparent", Trace));
            Assert.Equal((true, false), (TestApi.WentTheShortWay(quick), TestApi.WentTheShortWay(slow)));
            Assert.Equal(await Text(slow), await Text(quick));
            Assert.Equal(Headers(slow), Headers(quick));
        }
    }

    [Theory]
    [InlineData("Cookie", "control_plane_session=x")]
    [InlineData("Cookie", "other=1")]
    public async Task Cookie_GoesTheLongWay_AndTheBearerIsJudgedAlone(string name, string value)
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.GetAsync(Short, TestApi.Viewer, (name, value));
        Assert.Equal((HttpStatusCode.OK, false), (answer.StatusCode, TestApi.WentTheShortWay(answer)));
        using var nobody = await api.GetAsync(Short, token: null, (name, value));
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
    }

    [Fact]
    public async Task Body_GoesTheLongWay()
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.SendAsync(HttpMethod.Get, Short, TestApi.Viewer, new { intent = "reduce" });
        Assert.Equal((HttpStatusCode.OK, false), (answer.StatusCode, TestApi.WentTheShortWay(answer)));
    }

    [Fact]
    public async Task SecondToken_OnTheSameConnection_IsJudgedByItself()
    {
        await using var api = await TestApi.StartAsync();
        foreach (var (token, due) in new[] { (TestApi.Viewer, 200), (TestApi.Viewer, 200), (TestApi.Viewer + "x", 401), (TestApi.Runner, 200), ("", 401), (TestApi.Viewer[..^1] + "z", 401) })
        {
            using var answer = await api.GetAsync(Short, token: null, ("Authorization", $"Bearer {token}"));
            Assert.Equal(due, (int)answer.StatusCode);
        }
    }

    [Fact]
    public async Task TraceId_WithoutTraceparent_IsTheSameInHeaderAndBody()
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.GetAsync(Short);
        var trace = answer.Headers.GetValues("X-Trace-Id").Single();
        Assert.Matches("^[0-9a-f]{32}$", trace);
        Assert.Equal(trace, (await TestApi.JsonAsync(answer))["trace_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task LeaseLost_IsNotAllowed_AtTheNextQuestion()
    {
        await using var api = await TestApi.StartAsync();
        Assert.True((await api.GetJsonAsync(Short))["allowed"]!.GetValue<bool>());
        api.Gate.Answer = new(TradingState.Halted, 7, 412, 0);
        var lost = await api.GetJsonAsync(Short);
        Assert.Equal((false, "HALTED", 0L), (lost["allowed"]!.GetValue<bool>(), lost["trading_state"]!.GetValue<string>(), lost["valid_for_ms"]!.GetValue<long>()));
    }

    [Theory]
    [InlineData(TradingState.Active, "open", true, true, true)]
    [InlineData(TradingState.Active, "reduce", true, true, true)]
    [InlineData(TradingState.Reducing, "open", true, true, false)]
    [InlineData(TradingState.Reducing, "reduce", true, true, true)]
    [InlineData(TradingState.Halted, "open", true, true, false)]
    [InlineData(TradingState.Halted, "reduce", true, true, true)]
    [InlineData(TradingState.Halted, "reduce", false, true, false)]
    [InlineData(TradingState.Halted, "cancel", false, true, true)]
    [InlineData(TradingState.Halted, "cancel", false, false, false)]
    public async Task Allowed_FollowsStateAndIntent(TradingState state, string intent, bool exits, bool leased, bool allowed)
    {
        await using var api = await TestApi.StartAsync(api => api.Gate.Answer = new(state, 7, 412, 2_000, exits, leased ? 9_000 : 0));
        var permit = await api.GetJsonAsync($"/api/bots/b1/permit?intent={intent}&epoch=1");
        Assert.Equal(allowed, permit["allowed"]!.GetValue<bool>());
        Assert.Equal(state == TradingState.Active, permit["reasons"]!.AsArray().Count == 0);
    }

    [Theory]
    [InlineData(TestApi.Viewer)]
    [InlineData(TestApi.Runner)]
    [InlineData(TestApi.Operator)]
    public async Task EveryRole_Passes(string token)
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.GetAsync(Short, token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("a-token-that-nobody-here-knows-of")]
    public async Task NoGoodToken_Is401(string? token)
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.GetAsync(Short, token);
        await AccessMatrixTests.AssertProblem(answer, 401, "UNAUTHENTICATED");
    }

    [Fact]
    public async Task TokenTakenBack_Is401_AtTheNextQuestion()
    {
        await using var api = await TestApi.StartAsync();
        using var before = await api.GetAsync(Short);
        api.Secrets.Set("CONTROLPLANE_VIEWER_TOKEN", "another-viewer-token-0123456789");
        using var after = await api.GetAsync(Short);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (before.StatusCode, after.StatusCode));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("DELETE")]
    public async Task OtherMethods_AreNotAnsweredHere(string method)
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.SendAsync(new HttpMethod(method), Short, TestApi.Operator);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    [Theory]
    [InlineData("/api/bots/B%20AD/permit?intent=open&epoch=1")]
    [InlineData("/api/bots/b1/permit?intent=open&epoch=-1")]
    [InlineData("/api/bots/b1/permit?intent=open&epoch=99999999999999999999")]
    [InlineData("/api/bots/b1/permit?intent=open&epoch=")]
    public async Task OddForms_AreStill400(string path)
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.GetAsync(path);
        await AccessMatrixTests.AssertProblem(answer, 400, "INVALID_REQUEST");
    }

    [Fact]
    public async Task TokenInTheQuery_IsRefused()
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.GetAsync($"{Short}&access_token={TestApi.Viewer}");
        await AccessMatrixTests.AssertProblem(answer, 401, "UNAUTHENTICATED");
    }

    private static Task<string> Text(HttpResponseMessage answer) => answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    private static string[] Headers(HttpResponseMessage answer) =>
    [
        .. answer.Headers.Concat(answer.Content.Headers)
            .Where(header => header.Key is not ("Date" or "Content-Length" or "Transfer-Encoding"))
            .Select(header => $"{header.Key}: {string.Join(',', header.Value)}").Order(StringComparer.Ordinal),
    ];
}
