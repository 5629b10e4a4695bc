using System.Net;
using ControlPlane.Api.Audit;
using ControlPlane.Api.Http;
using ControlPlane.Api.Tests.Host;
using ControlPlane.Api.Tests.Security;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Api.Tests.Audit;

public sealed class AuditCompletenessTests
{
    /// <summary>A good call of every audited write. The one that registers the bot comes first.</summary>
    private static readonly (string Method, string Route, object Body)[] s_calls =
    [
        ("PUT", "/api/bots/{bot_id}", new { name = "B" }),
        ("POST", "/api/session", new { token = TestApi.Operator }),
        ("POST", "/api/system/kill", new { reason = "r" }),
        ("POST", "/api/system/release", new { reason = "r" }),
        ("POST", "/api/system/confirm-store", new { reason = "r" }),
        ("POST", "/api/system/kill-drill", new { }),
        ("POST", "/api/system/live/arm", new { reason = "r", minutes = 5 }),
        ("POST", "/api/system/live/disarm", new { reason = "r" }),
        ("POST", "/api/alerts/{alert_id}/ack", new { reason = "r" }),
        ("POST", "/api/alerts/test", new { }),
        ("POST", "/api/integrations/verify", new { provider = "polygon" }),
        ("POST", "/api/integrations/{provider}/test-call", new { }),
        ("POST", "/api/integrations/{provider}/secrets/check", new { values = new { POLYGON_API_KEY = "abcdefgh" } }),
        ("POST", "/api/bots/{bot_id}/kill", new { reason = "r" }),
        ("POST", "/api/bots/{bot_id}/release", new { reason = "r" }),
        ("POST", "/api/bots/{bot_id}/token/revoke", new { reason = "r" }),
        ("POST", "/api/bots/{bot_id}/live/arm", new { reason = "r", minutes = 5 }),
        ("POST", "/api/bots/{bot_id}/live/disarm", new { reason = "r" }),
        ("POST", "/api/bots/{bot_id}/autonomy/promote", new { reason = "r" }),
        ("POST", "/api/bots/{bot_id}/positions", new { symbol = "ES", quantity = 1, settle = true, reason = "r" }),
        ("POST", "/api/bots/{bot_id}/runner/start", new { runner_id = "r1" }),
        ("POST", "/api/bots/{bot_id}/runner/restart", new { runner_id = "r1" }),
        ("POST", "/api/bots/{bot_id}/runner/stop", new { runner_id = "r1", epoch = 1 }),
        ("DELETE", "/api/bots/{bot_id}", new { }),
    ];

    [Fact]
    public async Task EveryWrite_IsAudited_OrSaysWhyNot()
    {
        await using var api = await TestApi.StartAsync();
        var writes = Writes(api).ToList();
        Assert.NotEmpty(writes);
        Assert.All(writes, write => Assert.True(
            write.Endpoint.Metadata.GetMetadata<AuditedAction>() is not null ^ write.Endpoint.Metadata.GetMetadata<NotAuditedReason>() is not null,
            $"{write.Method} {write.Route} says neither, or both"));
    }

    [Fact]
    public async Task EveryAuditedWrite_LeavesAnEntryOfItsName()
    {
        await using var api = await TestApi.StartAsync();
        var audited = Writes(api).Where(w => w.Endpoint.Metadata.GetMetadata<AuditedAction>() is not null && (w.Method, w.Route) != ("DELETE", "/api/session")).ToList();
        Assert.Equal(s_calls.Select(c => $"{c.Method} {c.Route}").Order(StringComparer.Ordinal), audited.Select(w => $"{w.Method} {w.Route}").Order(StringComparer.Ordinal));
        foreach (var (method, route, body) in s_calls)
        {
            api.Cluster.Audit.Facts.Clear();
            var path = route.Replace("{bot_id}", "b", StringComparison.Ordinal).Replace("{provider}", "polygon", StringComparison.Ordinal).Replace("{alert_id}", "0199c0ffee0070008000000000000001", StringComparison.Ordinal);
            using var answer = await api.SendAsync(new HttpMethod(method), path, route == "/api/session" ? null : TestApi.Operator, body);
            var name = audited.Single(w => w.Method == method && w.Route == route).Endpoint.Metadata.GetMetadata<AuditedAction>()!.Name;
            Assert.True(api.Cluster.Audit.Facts.Any(f => f.Action == name), $"{method} {route}: {answer.StatusCode}, no entry {name}");
        }

        // A sign-out takes a session.
        var cookie = await api.SignInAsync();
        api.Cluster.Audit.Facts.Clear();
        using var end = await api.SendAsync(HttpMethod.Delete, "/api/session", null, null, ("Cookie", cookie), ("Origin", api.Origin));
        Assert.Equal((HttpStatusCode.NoContent, "session.end"), (end.StatusCode, api.Cluster.Audit.Facts.Single().Action));
    }

    [Theory]
    [InlineData("?expect_sequence=1")]
    [InlineData("?expect_hash=00")]
    [InlineData("?expect_sequence=0&expect_hash=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("?expect_sequence=1&expect_hash=xyz")]
    public async Task Check_WrongExpectation_IsRefused(string query)
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.GetAsync("/api/audit/check" + query, TestApi.Operator);
        await AccessMatrixTests.AssertProblem(answer, 400, "INVALID_REQUEST");
    }

    [Fact]
    public async Task Check_AgainstAHashThatAPersonKept_IsHandedOn()
    {
        await using var api = await TestApi.StartAsync();
        var hash = new string('a', 64);
        await api.GetJsonAsync($"/api/audit/check?expect_sequence=7&expect_hash={hash}", TestApi.Operator);
        Assert.Equal((7L, hash), api.Cluster.Audit.Expected);
    }

    [Fact]
    public async Task Check_AnchorsOfAllNodes_AreToldWithWhatTheLogLacks()
    {
        await using var api = await TestApi.StartAsync();
        api.Cluster.Audit.Found = new ControlPlane.Abstractions.AuditCheck(false, 6, 7, "The end of the log is missing.", null)
        {
            Anchors = [new("10.0.0.1:11111", 12, 12, 6, null, [new(7, 12)], null), new("10.0.0.2:11111", 0, null, null, null, [], "This node's anchor could not be asked for.")],
            Newest = 9,
            Unanchored = 3,
            SignedFrom = 1,
        };
        var check = await api.GetJsonAsync("/api/audit/check", TestApi.Operator);
        var anchors = check["anchors"]!.AsArray();
        Assert.Equal((7, 12), (anchors[0]!["missing"]![0]!["from"]!.GetValue<int>(), anchors[0]!["missing"]![0]!["to"]!.GetValue<int>()));
        Assert.Equal(("10.0.0.2:11111", "This node's anchor could not be asked for."), (anchors[1]!["node"]!.GetValue<string>(), anchors[1]!["problem"]!.GetValue<string>()));
        Assert.Equal((3, 7, 1), (check["unanchored_entries"]!.GetValue<int>(), check["unanchored_from"]!.GetValue<int>(), check["signed_from"]!.GetValue<int>()));
    }

    private static IEnumerable<(string Method, string Route, RouteEndpoint Endpoint)> Writes(TestApi api) =>
        from endpoint in api.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let route = "/" + endpoint.RoutePattern.RawText!.Trim('/')
        where GuardedPaths.Contains(route)
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
        where method is not ("GET" or "HEAD" or "OPTIONS" or "CONNECT")
        select (method, route, endpoint);
}
