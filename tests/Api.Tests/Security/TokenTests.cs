using System.Net;
using ControlPlane.Api.Hosting;
using ControlPlane.Api.Security;
using ControlPlane.Api.Tests.Host;

namespace ControlPlane.Api.Tests.Security;

public sealed class TokenTests
{
    [Fact]
    public async Task Token_ChangedWhileRunning_CountsAtOnce()
    {
        await using var api = await TestApi.StartAsync();
        const string Fresh = "another-operator-token-0123456789";
        api.Secrets.Set("CONTROLPLANE_OPERATOR_TOKEN", Fresh);
        using var old = await api.GetAsync("/api/audit", TestApi.Operator);
        using var fresh = await api.GetAsync("/api/audit", Fresh);
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (old.StatusCode, fresh.StatusCode));
    }

    [Fact]
    public async Task Token_ShortenedWhileRunning_AdmitsNobody()
    {
        await using var api = await TestApi.StartAsync();
        api.Secrets.Set("CONTROLPLANE_VIEWER_TOKEN", "short");
        using var answer = await api.GetAsync("/api/bots", "short");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Token_TwoAuthorizationHeaders_AreRefused()
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.GetAsync("/api/bots", token: null, ("Authorization", $"Bearer {TestApi.Operator}"), ("Authorization", $"Bearer {TestApi.Viewer}"));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("CONTROLPLANE_VIEWER_TOKEN", "too-short")]
    [InlineData("CONTROLPLANE_OPERATOR_TOKEN", "a token with spaces in it, long enough")]
    [InlineData("CONTROLPLANE_RUNNER_TOKEN", TestApi.Viewer)]
    [InlineData("CONTROLPLANE_COMPONENT_TOKEN", "too-short")]
    [InlineData("CONTROLPLANE_COMPONENT_TOKEN", TestApi.Viewer)]
    public async Task Start_TokenBreaksTheRule_RefusesWithoutTheValue(string name, string value)
    {
        var wrong = await Assert.ThrowsAsync<WrongSettingException>(() => TestApi.StartAsync(api => api.Secrets.Set(name, value)));
        Assert.Equal(name, wrong.Key);
        Assert.DoesNotContain(value, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_FrontEndWithoutOperatorToken_Refuses()
    {
        var wrong = await Assert.ThrowsAsync<WrongSettingException>(() => TestApi.StartAsync(
            api => api.Secrets.Set("CONTROLPLANE_OPERATOR_TOKEN", null), before: null, ("ControlPlane:Role", "FrontEnd")));
        Assert.Equal("CONTROLPLANE_OPERATOR_TOKEN", wrong.Key);
    }

    [Fact]
    public async Task Start_NoOperatorToken_MakesAPrivateFileAndNamesItsPathOnly()
    {
        await using var api = await TestApi.StartAsync(api => api.Secrets.Set("CONTROLPLANE_OPERATOR_TOKEN", null));
        var path = Path.Combine(api.Data, "operator.token");
        var token = (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).Trim();
        using var answer = await api.GetAsync("/api/audit", token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(43, token.Length);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Contains(api.Log.Lines, line => line.Contains(path, StringComparison.Ordinal));
        Assert.DoesNotContain(api.Log.Lines, line => line.Contains(token, StringComparison.Ordinal));
        Assert.Contains(token, api.Secrets.Registered.Values);
    }

    [Fact]
    public async Task Restart_OperatorTokenFile_IsReusedAndItsModeRepaired()
    {
        await using var first = await TestApi.StartAsync(api => api.Secrets.Set("CONTROLPLANE_OPERATOR_TOKEN", null));
        var path = Path.Combine(first.Data, "operator.token");
        var token = (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).Trim();
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        await using var second = await TestApi.StartAsync(api => api.Secrets.Set("CONTROLPLANE_OPERATOR_TOKEN", null), before: first);
        using var answer = await second.GetAsync("/api/audit", token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public void TokenTable_SameTokenForTwoRoles_GivesTheLowerOne()
    {
        var table = new TokenTable(new Dictionary<string, string> { [Roles.Operator] = TestApi.Viewer, [Roles.Viewer] = TestApi.Viewer });
        Assert.Equal(Roles.Viewer, table.RoleOf(TestApi.Viewer));
    }

    [Fact]
    public async Task ComponentToken_WhereSet_IsTheOnlyOneForHeartbeats_AndOpensNothingElse()
    {
        const string Token = "component-token-0123456789-abcdef";
        await using var api = await TestApi.StartAsync(api => api.Secrets.Set(ComponentToken.Name, Token));
        Assert.Equal(HttpStatusCode.OK, await Heartbeat(api, Token));
        foreach (var other in new[] { TestApi.Viewer, TestApi.Runner, TestApi.Operator }) Assert.Equal(HttpStatusCode.Forbidden, await Heartbeat(api, other));
        foreach (var path in new[] { "/api/system/status", "/api/integrations/status", "/api/bots", "/api/bots/a/permit?intent=open&epoch=1", "/metrics", "/hubs/status", "/api/session" })
        {
            using var answer = await api.GetAsync(path, Token);
            Assert.Equal((path, HttpStatusCode.Forbidden), (path, answer.StatusCode));
        }

        foreach (var path in new[] { "/api/system/kill", "/api/usage-events", "/api/system/release" })
        {
            using var answer = await api.PostAsync(path, new { reason = "x" }, Token);
            Assert.Equal((path, HttpStatusCode.Forbidden), (path, answer.StatusCode));
        }

        using var session = await api.PostAsync("/api/session", new { token = Token }, token: null);
        Assert.Equal(HttpStatusCode.Unauthorized, session.StatusCode);
    }

    [Fact]
    public async Task ComponentToken_Unset_LeavesHeartbeatsToRunners_AndABadOneAdmitsNobody()
    {
        await using var api = await TestApi.StartAsync();
        Assert.Equal(HttpStatusCode.OK, await Heartbeat(api, TestApi.Runner));
        api.Secrets.Set(ComponentToken.Name, "short");
        Assert.Equal(HttpStatusCode.Forbidden, await Heartbeat(api, TestApi.Runner));
        Assert.Equal(HttpStatusCode.Unauthorized, await Heartbeat(api, "short"));
    }

    private static async Task<HttpStatusCode> Heartbeat(TestApi api, string token)
    {
        using var answer = await api.PostAsync("/api/components/risk_engine/heartbeat", new { instance = "e", sequence = 1 }, token);
        return answer.StatusCode;
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    public void PeerAddress_IsGroupedAsOneCustomerHasIt(string address, string expected) =>
        Assert.Equal(expected, PeerAddress.Group(IPAddress.Parse(address)));
}
