using System.Net;
using ControlPlane.Abstractions;
using ControlPlane.Api.Tests.Host;
using ControlPlane.Api.Tests.Security;

namespace ControlPlane.Api.Tests.Bots;

/// <summary>What a runner is told when it asks for a permit, and who is told.</summary>
public sealed class PermitTests
{
    private const string Question = "/api/bots/b1/permit?intent=open&epoch=1";

    [Theory]
    [InlineData(TradingState.Active, 1_234, "")]
    [InlineData(TradingState.Reducing, 2_000, "INTEGRATION_DEGRADED")]
    [InlineData(TradingState.Halted, 2_000, "KILL_SWITCH_ENGAGED INTEGRATION_KEY_MISSING LIVE_NOT_ARMED TIER_TOO_LOW")]
    [InlineData(TradingState.Halted, 0, "GATE_LEASE_EXPIRED")]
    public async Task Answer_TellsStateCodesAndVersions(TradingState state, long validForMs, string codes)
    {
        var due = codes.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        await using var api = await TestApi.StartAsync(api =>
        {
            api.Gate.Answer = new(state, 7, 412, validForMs, true, 20_000);
            api.Gate.Explanation = [.. due];
        });
        using var answer = await api.GetAsync(Question, TestApi.Viewer, ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
        var permit = await TestApi.JsonAsync(answer);
        Assert.Equal(
            (state == TradingState.Active, state.ToString().ToUpperInvariant(), validForMs, 7L, 412L, "4bf92f3577b34da6a3ce929d0e0e4736"),
            (permit["allowed"]!.GetValue<bool>(), permit["trading_state"]!.GetValue<string>(), permit["valid_for_ms"]!.GetValue<long>(), permit["gate_epoch"]!.GetValue<long>(), permit["gate_version"]!.GetValue<long>(), permit["trace_id"]!.GetValue<string>()));
        Assert.Equal(due, permit["reasons"]!.AsArray().Select(reason => reason!["code"]!.GetValue<string>()));
        Assert.All(permit["reasons"]!.AsArray(), reason => Assert.NotEmpty(reason!["message"]!.GetValue<string>()));
        Assert.Equal(("no-store", "nosniff"), (answer.Headers.CacheControl!.ToString(), answer.Headers.GetValues("X-Content-Type-Options").Single()));
    }

    [Theory]
    [InlineData("control_plane_session=x")]
    [InlineData("other=1")]
    public async Task Cookie_BesideABearer_TheBearerIsEvaluatedAlone(string cookie)
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.GetAsync(Question, TestApi.Viewer, ("Cookie", cookie));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var nobody = await api.GetAsync(Question, token: null, ("Cookie", cookie));
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
    }

    [Fact]
    public async Task SecondToken_OnTheSameConnection_IsEvaluatedByItself()
    {
        await using var api = await TestApi.StartAsync();
        foreach (var (token, due) in new[] { (TestApi.Viewer, 200), (TestApi.Viewer, 200), (TestApi.Viewer + "x", 401), (TestApi.Runner, 200), ("", 401), (TestApi.Viewer[..^1] + "z", 401) })
        {
            using var answer = await api.GetAsync(Question, token: null, ("Authorization", $"Bearer {token}"));
            Assert.Equal(due, (int)answer.StatusCode);
        }
    }

    [Fact]
    public async Task TraceId_WithoutTraceparent_IsTheSameInHeaderAndBody()
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.GetAsync(Question);
        var trace = answer.Headers.GetValues("X-Trace-Id").Single();
        Assert.Matches("^[0-9a-f]{32}$", trace);
        Assert.Equal(trace, (await TestApi.JsonAsync(answer))["trace_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task LeaseLost_IsNotAllowed_AtTheNextQuestion()
    {
        await using var api = await TestApi.StartAsync();
        Assert.True((await api.GetJsonAsync(Question))["allowed"]!.GetValue<bool>());
        api.Gate.Answer = new(TradingState.Halted, 7, 412, 0);
        var lost = await api.GetJsonAsync(Question);
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
        using var answer = await api.GetAsync(Question, token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("a-token-that-nobody-here-knows-of")]
    public async Task NoGoodToken_Is401(string? token)
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.GetAsync(Question, token);
        await AccessMatrixTests.AssertProblem(answer, 401, "UNAUTHENTICATED");
    }

    [Fact]
    public async Task TokenTakenBack_Is401_AtTheNextQuestion()
    {
        await using var api = await TestApi.StartAsync();
        using var before = await api.GetAsync(Question);
        api.Secrets.Set("CONTROLPLANE_VIEWER_TOKEN", "another-viewer-token-0123456789");
        using var after = await api.GetAsync(Question);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (before.StatusCode, after.StatusCode));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("DELETE")]
    public async Task OtherMethods_AreNotAnsweredHere(string method)
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.SendAsync(new HttpMethod(method), Question, TestApi.Operator);
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
        using var answer = await api.GetAsync($"{Question}&access_token={TestApi.Viewer}");
        await AccessMatrixTests.AssertProblem(answer, 401, "UNAUTHENTICATED");
    }
}
