using System.Net;
using ControlPlane.Api.Tests.Host;
using ControlPlane.Api.Tests.Security;

namespace ControlPlane.Api.Tests.Session;

public sealed class SessionTests
{
    [Fact]
    public async Task SignIn_GoodToken_SetsAStrictHttpOnlyCookieWithoutTheToken()
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.PostAsync("/api/session", new { token = TestApi.Runner }, token: null);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(TestApi.Runner, cookie, StringComparison.Ordinal);
        var body = await TestApi.JsonAsync(answer);
        Assert.Equal("runner", body["role"]!.GetValue<string>());
        Assert.Equal("2026-11-23T08:00:00.000Z", body["expires_at"]!.GetValue<string>());
    }

    [Fact]
    public async Task SignIn_BehindTls_SetsASecureCookieAndTakesThePublicOrigin()
    {
        await using var api = await TestApi.StartAsync(null, null, ("ControlPlane:Session:PublicOrigin", "https://control.example.com"));
        using var answer = await api.PostAsync("/api/session", new { token = TestApi.Operator }, null, ("Origin", "https://control.example.com"));
        Assert.Contains("secure", answer.Headers.GetValues("Set-Cookie").Single(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task SignIn_BadToken_Is401AndNeverEchoed()
    {
        await using var api = await TestApi.StartAsync();
        const string Guess = "a-guess-that-must-not-come-back-anywhere";
        using var answer = await api.PostAsync("/api/session", new { token = Guess }, token: null);
        await AccessMatrixTests.AssertProblem(answer, 401, "UNAUTHENTICATED");
        Assert.DoesNotContain(Guess, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.DoesNotContain(api.Log.Lines, line => line.Contains(Guess, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Session_Reads_WithoutOrigin()
    {
        await using var api = await TestApi.StartAsync();
        var cookie = await api.SignInAsync(TestApi.Viewer);
        using var answer = await api.GetAsync("/api/session", null, ("Cookie", cookie));
        Assert.Equal("viewer", (await TestApi.JsonAsync(answer))["role"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("null", false)]
    [InlineData("https://evil.example", false)]
    [InlineData("own-but-https", false)]
    [InlineData("own", true)]
    public async Task Session_Writes_OnlyWithTheOwnOrigin(string? origin, bool passes)
    {
        await using var api = await TestApi.StartAsync();
        var cookie = await api.SignInAsync();
        var sent = origin switch { "own" => api.Origin, "own-but-https" => api.Origin.Replace("http:", "https:", StringComparison.Ordinal), _ => origin };
        var headers = sent is null ? new[] { ("Cookie", cookie) } : [("Cookie", cookie), ("Origin", sent)];
        using var answer = await api.PostAsync("/api/system/kill", new { reason = "drill" }, token: null, headers);
        if (passes) Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        else await AccessMatrixTests.AssertProblem(answer, 403, "FORBIDDEN");
        Assert.Equal(passes, api.Cluster.Gate.KillReason is not null);
    }

    [Fact]
    public async Task BearerWrite_NeedsNoOrigin_AndIsNotHelpedByACookie()
    {
        await using var api = await TestApi.StartAsync();
        var cookie = await api.SignInAsync();
        using var good = await api.PostAsync("/api/system/kill", new { reason = "drill" }, TestApi.Runner);
        using var bad = await api.PostAsync("/api/system/kill", new { reason = "drill" }, "no-token-of-this-control-plane", ("Cookie", cookie), ("Origin", api.Origin));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (good.StatusCode, bad.StatusCode));
    }

    [Fact]
    public async Task SignOut_CopyOfTheCookie_IsRefusedFromThenOnByEveryFrontEnd()
    {
        await using var api = await TestApi.StartAsync();
        await using var second = await TestApi.StartAsync(fresh => fresh.Cluster.Sessions = api.Cluster.Sessions);
        var (cookie, other) = (await api.SignInAsync(), await api.SignInAsync());
        using var before = await second.GetAsync("/api/session", null, ("Cookie", cookie));
        using var end = await api.SendAsync(HttpMethod.Delete, "/api/session", null, null, ("Cookie", cookie), ("Origin", api.Origin));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NoContent), (before.StatusCode, end.StatusCode));
        using var copy = await api.GetAsync("/api/session", null, ("Cookie", cookie));
        using var elsewhere = await second.GetAsync("/api/session", null, ("Cookie", cookie));
        using var untouched = await second.GetAsync("/api/session", null, ("Cookie", other));
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.OK), (copy.StatusCode, elsewhere.StatusCode, untouched.StatusCode));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SignOut_Unwritable_Is503AndHoldsHere(bool reachable)
    {
        await using var api = await TestApi.StartAsync();
        var cookie = await api.SignInAsync();
        using var first = await api.GetAsync("/api/session", null, ("Cookie", cookie));
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);

        // Only the call that ends the session fails: asking for it must still be answered for the write to be let in.
        api.Cluster.Sessions.Unwritable = reachable;
        api.Cluster.Sessions.EndFails = !reachable;
        using var end = await api.SendAsync(HttpMethod.Delete, "/api/session", null, null, ("Cookie", cookie), ("Origin", api.Origin));
        await AccessMatrixTests.AssertProblem(end, 503, "DATA_UNAVAILABLE");
        using var copy = await api.GetAsync("/api/session", null, ("Cookie", cookie));
        Assert.Equal(HttpStatusCode.Unauthorized, copy.StatusCode);
    }

    [Fact]
    public async Task Cluster_Unreachable_ASessionMayLookForAMomentAndChangeNothing()
    {
        await using var api = await TestApi.StartAsync();
        var (known, never) = (await api.SignInAsync(), await api.SignInAsync());
        using var confirmed = await api.GetAsync("/api/session", null, ("Cookie", known));
        Assert.Equal(HttpStatusCode.OK, confirmed.StatusCode);
        api.Cluster.Sessions.Unreachable = new TimeoutException();

        using var look = await api.GetAsync("/api/session", null, ("Cookie", known));
        using var unknown = await api.GetAsync("/api/session", null, ("Cookie", never));
        using var change = await api.PostAsync("/api/system/release", new { reason = "drill" }, null, ("Cookie", known), ("Origin", api.Origin));
        using var bearer = await api.PostAsync("/api/system/kill", new { reason = "drill" });
        Assert.Equal(
            (HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.OK),
            (look.StatusCode, unknown.StatusCode, change.StatusCode, bearer.StatusCode));

        api.Time.Advance(Api.Session.ClusterRevocations.Grace);
        using var late = await api.GetAsync("/api/session", null, ("Cookie", known));
        Assert.Equal(HttpStatusCode.Unauthorized, late.StatusCode);
    }

    [Fact]
    public async Task Session_PastItsEnd_IsRefused()
    {
        await using var api = await TestApi.StartAsync();
        var cookie = await api.SignInAsync();
        api.Time.Advance(TimeSpan.FromHours(12));
        using var answer = await api.GetAsync("/api/session", null, ("Cookie", cookie));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Session_RotatedToken_EndsIt_AndOtherFrontEndsTakeIt()
    {
        await using var api = await TestApi.StartAsync();
        await using var other = await TestApi.StartAsync();
        var cookie = await api.SignInAsync();
        using var elsewhere = await other.GetAsync("/api/session", null, ("Cookie", cookie));
        api.Secrets.Set("CONTROLPLANE_OPERATOR_TOKEN", "rotated-operator-token-0123456789");
        using var rotated = await api.GetAsync("/api/session", null, ("Cookie", cookie));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (elsewhere.StatusCode, rotated.StatusCode));
    }

    [Fact]
    public async Task Session_ChangedCookie_IsRefused()
    {
        await using var api = await TestApi.StartAsync();
        var cookie = await api.SignInAsync(TestApi.Viewer);
        foreach (var forged in new[] { cookie.Replace(".viewer.", ".operator.", StringComparison.Ordinal), cookie[..^2] + "AA", cookie + ".x", "cp_session=", "cp_session=v1.viewer..0." })
        {
            using var answer = await api.GetAsync("/api/session", null, ("Cookie", forged));
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    [Fact]
    public async Task BadSignIns_WithChangingForwardedHeaders_AreLimitedAndTheKillIsNot()
    {
        await using var api = await TestApi.StartAsync();
        var answers = new List<HttpStatusCode>();
        for (var attempt = 0; attempt < 50; attempt++)
        {
            using var answer = await api.PostAsync(
                "/api/session", new { token = "wrong" }, null, ("X-Forwarded-For", $"198.51.100.{attempt}"), ("Forwarded", $"for=198.51.100.{attempt}"));
            answers.Add(answer.StatusCode);
        }

        Assert.Equal(10, answers.Count(status => status == HttpStatusCode.Unauthorized));
        Assert.Equal(40, answers.Count(status => status == HttpStatusCode.TooManyRequests));
        using var limited = await api.PostAsync("/api/session", new { token = TestApi.Operator }, token: null);
        await AccessMatrixTests.AssertProblem(limited, 429, "RATE_LIMITED");
        Assert.InRange(limited.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        using var kill = await api.PostAsync("/api/system/kill", new { reason = "flood" }, TestApi.Operator);
        Assert.Equal(HttpStatusCode.OK, kill.StatusCode);
        api.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.NotEmpty(await api.SignInAsync());
    }

    [Fact]
    public async Task GoodSignIns_AreNotLimited()
    {
        await using var api = await TestApi.StartAsync();
        for (var attempt = 0; attempt < 25; attempt++) Assert.NotEmpty(await api.SignInAsync());
    }
}
