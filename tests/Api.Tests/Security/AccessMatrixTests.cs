using System.Net;
using ControlPlane.Api.Http;
using ControlPlane.Api.Tests.Host;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Api.Tests.Security;

public sealed class AccessMatrixTests
{
    /// <summary>Who may call what, as the contract has it.</summary>
    public static TheoryData<string, string, string> Calls => new()
    {
        { "GET", "/api/session", "viewer" },
        { "DELETE", "/api/session", "viewer" },
        { "GET", "/api/system/status", "viewer" },
        { "GET", "/api/system/transitions", "viewer" },
        { "GET", "/api/traces/4bf92f3577b34da6a3ce929d0e0e4736", "viewer" },
        { "GET", "/api/system/status/at", "viewer" },
        { "POST", "/api/system/kill-drill", "operator" },
        { "GET", "/api/system/kill-drills", "viewer" },
        { "POST", "/api/system/kill", "runner" },
        { "POST", "/api/system/release", "operator" },
        { "POST", "/api/system/confirm-store", "operator" },
        { "POST", "/api/system/live/arm", "operator" },
        { "POST", "/api/system/live/disarm", "operator" },
        { "POST", "/api/components/risk_engine/heartbeat", "runner" },
        { "GET", "/api/integrations/status", "viewer" },
        { "GET", "/api/integrations/polygon", "viewer" },
        { "GET", "/api/integrations/polygon/events", "viewer" },
        { "GET", "/api/integrations/polygon/verifications", "viewer" },
        { "POST", "/api/integrations/verify", "operator" },
        { "POST", "/api/integrations/polygon/secrets/check", "operator" },
        { "POST", "/api/integrations/polygon/test-call", "operator" },
        { "GET", "/metrics", "viewer" },
        { "POST", "/api/usage-events", "runner" },
        { "PUT", "/api/bots/momentum-es", "runner" },
        { "GET", "/api/bots", "viewer" },
        { "GET", "/api/autonomy/next", "viewer" },
        { "DELETE", "/api/bots/momentum-es", "operator" },
        { "GET", "/api/bots/momentum-es", "viewer" },
        { "GET", "/api/bots/momentum-es/permit", "viewer" },
        { "POST", "/api/bots/momentum-es/kill", "runner" },
        { "POST", "/api/bots/momentum-es/release", "operator" },
        { "POST", "/api/bots/momentum-es/token/revoke", "operator" },
        { "POST", "/api/bots/momentum-es/live/arm", "operator" },
        { "POST", "/api/bots/momentum-es/live/disarm", "operator" },
        { "POST", "/api/bots/momentum-es/runner/start", "runner" },
        { "POST", "/api/bots/momentum-es/runner/restart", "runner" },
        { "POST", "/api/bots/momentum-es/runner/heartbeat", "runner" },
        { "POST", "/api/bots/momentum-es/runner/stop", "runner" },
        { "GET", "/api/bots/momentum-es/autonomy", "viewer" },
        { "POST", "/api/bots/momentum-es/autonomy/promote", "operator" },
        { "POST", "/api/bots/momentum-es/orders/check", "runner" },
        { "POST", "/api/bots/momentum-es/orders/o1/report", "runner" },
        { "GET", "/api/bots/momentum-es/orders", "viewer" },
        { "POST", "/api/bots/momentum-es/positions", "runner" },
        { "POST", "/api/bots/momentum-es/account", "runner" },
        { "POST", "/api/bots/momentum-es/marks", "runner" },
        { "POST", "/api/bots/momentum-es/decisions", "runner" },
        { "POST", "/api/bots/momentum-es/no-trades", "runner" },
        { "POST", "/api/bots/momentum-es/trades", "runner" },
        { "POST", "/api/bots/momentum-es/cycles", "runner" },
        { "GET", "/api/bots/momentum-es/decisions", "viewer" },
        { "GET", "/api/bots/momentum-es/decisions/d1", "viewer" },
        { "GET", "/api/bots/momentum-es/no-trades", "viewer" },
        { "GET", "/api/bots/momentum-es/trades", "viewer" },
        { "GET", "/api/bots/momentum-es/funnel", "viewer" },
        { "GET", "/api/alerts", "viewer" },
        { "GET", "/api/alerts/channels", "viewer" },
        { "POST", "/api/alerts/0199c0ffee0070008000000000000001/ack", "operator" },
        { "POST", "/api/alerts/test", "operator" },
        { "GET", "/api/audit", "operator" },
        { "GET", "/api/audit/check", "operator" },
        { "GET", "/openapi/v1.json", "viewer" },
        { "GET", "/api/system/stream", "viewer" },
        { "GET", "/hubs/status", "viewer" },
        { "POST", "/hubs/status/negotiate", "viewer" },
    };

    [Fact]
    public async Task EveryEndpoint_ByRole_AnswersAsTheContractSays()
    {
        await using var api = await TestApi.StartAsync();
        foreach (var call in Calls)
        {
            var (method, path, role) = call.Data;
            foreach (var (held, token) in new[] { ("viewer", TestApi.Viewer), ("runner", TestApi.Runner), ("operator", TestApi.Operator) })
            {
                using var answer = await Send(api, method, path, token);
                var may = Rank(held) >= Rank(role);
                Assert.True(may == (answer.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)), $"{method} {path} as {held}: {answer.StatusCode}");
                if (!may) await AssertProblem(answer, 403, "FORBIDDEN");
            }
        }
    }

    [Fact]
    public async Task EveryEndpoint_WithoutGoodCredentials_Answers401()
    {
        await using var api = await TestApi.StartAsync();
        foreach (var call in Calls)
        {
            var (method, path, _) = call.Data;
            foreach (var token in new[] { null, "not-a-token-of-this-control-plane" })
            {
                using var answer = await Send(api, method, path, token);
                await AssertProblem(answer, 401, "UNAUTHENTICATED");
                Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
            }
        }
    }

    [Theory]
    [InlineData("access_token")]
    [InlineData("token")]
    [InlineData("Access_Token")]
    public async Task EveryEndpoint_TokenInQuery_Answers401AndLogsNothingOfIt(string name)
    {
        await using var api = await TestApi.StartAsync();
        foreach (var call in Calls)
        {
            var (method, path, _) = call.Data;
            using var answer = await Send(api, method, $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{name}={TestApi.Operator}", TestApi.Operator);
            Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, $"{method} {path}: {answer.StatusCode}");
            await AssertProblem(answer, 401, "UNAUTHENTICATED");
        }

        // The hub alone takes 'access_token', for browsers, which can't give it a header.
        using var hub = await api.GetAsync($"/hubs/status?{name}={TestApi.Operator}", token: null);
        Assert.Equal(name == "token" ? HttpStatusCode.Unauthorized : HttpStatusCode.BadRequest, hub.StatusCode);
        Assert.DoesNotContain(api.Log.Lines, line => line.Contains(TestApi.Operator, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/api/nothing")]
    [InlineData("/api")]
    [InlineData("/API/bots")]
    [InlineData("/hubs/status")]
    [InlineData("/metrics")]
    public async Task GuardedPath_WithoutCredentials_Answers401WhetherItExistsOrNot(string path)
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.GetAsync(path, token: null);
        await AssertProblem(answer, 401, "UNAUTHENTICATED");
    }

    [Fact]
    public async Task Matrix_CoversEveryEndpointOfTheApi()
    {
        await using var api = await TestApi.StartAsync();
        var open = new[] { "POST /api/session", "GET /healthz", "GET /readyz" };
        var listed = Calls.Count + open.Length;
        var mapped = api.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => GuardedPaths.Contains("/" + endpoint.RoutePattern.RawText!.TrimStart('/')) || endpoint.RoutePattern.RawText is "/healthz" or "/readyz")
            .ToList();
        Assert.Equal(listed, mapped.Count);
        Assert.All(mapped, endpoint => Assert.True(
            endpoint.Metadata.GetMetadata<IAuthorizeData>()?.Policy is not null || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null,
            endpoint.DisplayName));
        Assert.Equal(open.Length, mapped.Count(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null));
    }

    [Fact]
    public async Task RefusedWrite_WrongRole_IsInTheAuditLog()
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.PostAsync("/api/system/release", new { reason = "x" }, TestApi.Viewer);
        var fact = Assert.Single(api.Cluster.Audit.Facts);
        Assert.Equal(("kill.release", "system", "refused", "viewer"), (fact.Action, fact.Target, fact.Outcome, fact.By.Role));
    }

    internal static async Task AssertProblem(HttpResponseMessage answer, int status, string code)
    {
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await TestApi.JsonAsync(answer);
        Assert.Equal(code, problem["code"]!.GetValue<string>());
        Assert.Equal(status, problem["status"]!.GetValue<int>());
        Assert.Equal(answer.Headers.GetValues("X-Trace-Id").Single(), problem["trace_id"]!.GetValue<string>());
        Assert.NotEmpty(problem["detail"]!.GetValue<string>());
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
    }

    private static Task<HttpResponseMessage> Send(TestApi api, string method, string path, string? token) =>
        api.SendAsync(new HttpMethod(method), path, token, method == "GET" ? null : new { });

    private static int Rank(string role) => Array.IndexOf(["viewer", "runner", "operator"], role);
}
