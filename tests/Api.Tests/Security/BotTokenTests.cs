using System.Buffers.Text;
using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using ControlPlane.Abstractions;
using ControlPlane.Api.Http;
using ControlPlane.Api.Tests.Host;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Api.Tests.Security;

/// <summary>A bot's own token: what it opens, whom it doesn't, and when it ends.</summary>
public sealed class BotTokenTests
{
    private const string Own = "a.b-1";
    private const string Event = """{"provider":"polygon","operation":"GET /x","status":"ok"}""";

    /// <summary>Everything that a bot may call besides what lies below its own address.</summary>
    private static readonly string[] s_alsoOpen = ["GET /api/system/status", "GET /api/integrations/status", "POST /api/usage-events"];

    [Fact]
    public async Task EveryEndpoint_IsOpenForTheBotsOwn_AsForARunner_AndForNothingElse()
    {
        await using var api = await StartAsync();
        var token = Make(Own, 1);
        var (open, closed) = (0, 0);
        foreach (var (method, route, policy) in Endpoints(api))
        {
            foreach (var bot in new[] { Own, "other" })
            {
                var path = route.Replace("{bot_id}", bot, StringComparison.Ordinal).Replace("{provider}", "polygon", StringComparison.Ordinal).Replace("{documentName}", "v1", StringComparison.Ordinal);
                using var answer = await api.SendAsync(new HttpMethod(method), path, token, method == "GET" ? null : new { });
                var may = policy is "viewer" or "runner" && (route.Contains("{bot_id}", StringComparison.Ordinal) ? bot == Own : s_alsoOpen.Contains($"{method} {route}"));
                Assert.True(may == (answer.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)), $"{method} {path}: {answer.StatusCode}");
                if (may) open++;
                else closed++;
                if (!route.Contains("{bot_id}", StringComparison.Ordinal)) break;
            }
        }

        Assert.True(open > 20 && closed > 40, $"{open} open, {closed} closed");
    }

    [Theory]
    [InlineData("another key")]
    [InlineData("another bot")]
    [InlineData("another generation")]
    [InlineData("cut")]
    [InlineData("longer")]
    [InlineData("lower case")]
    [InlineData("leading zero")]
    [InlineData("operator's token of before")]
    public async Task ForgedToken_Is401(string kind)
    {
        await using var api = await StartAsync();
        var good = Make(Own, 1);
        var forged = kind switch
        {
            "another key" => Make(Own, 1, "another-operator-token-0123456789"),
            "another bot" => good.Replace(Own, "a.b-2", StringComparison.Ordinal),
            "another generation" => good.Replace(".1.", ".2.", StringComparison.Ordinal),
            "cut" => good[..^1],
            "longer" => good + "A",
            "lower case" => good.ToLowerInvariant(),
            "leading zero" => good.Replace(".1.", ".01.", StringComparison.Ordinal),
            _ => good,
        };
        if (kind == "operator's token of before") api.Secrets.Set("CONTROLPLANE_OPERATOR_TOKEN", "another-operator-token-0123456789");
        using var answer = await api.GetAsync($"/api/bots/{Own}", forged);
        await AccessMatrixTests.AssertProblem(answer, 401, "UNAUTHENTICATED");
        using var kill = await api.PostAsync($"/api/bots/{Own}/kill", new { }, forged);
        await AccessMatrixTests.AssertProblem(kill, 401, "UNAUTHENTICATED");
    }

    [Fact]
    public async Task Revocation_EndsTheOldTokenWithinASecond_ButNotItsKill_AndTheNewOneCounts()
    {
        await using var api = await StartAsync();
        var old = Make(Own, 1);
        using var before = await api.GetAsync($"/api/bots/{Own}", old);
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        using var revoked = await api.PostAsync($"/api/bots/{Own}/token/revoke", new { reason = "leaked" });
        var generation = (await TestApi.JsonAsync(revoked))["generation"]!.GetValue<long>();
        Assert.True(generation > 1);
        api.Time.Advance(TimeSpan.FromSeconds(1));
        using var after = await api.GetAsync($"/api/bots/{Own}", old);
        await AccessMatrixTests.AssertProblem(after, 401, "UNAUTHENTICATED");
        using var larger = await api.GetAsync($"/api/bots/{Own}", Make(Own, generation + 1));
        Assert.Equal(HttpStatusCode.Unauthorized, larger.StatusCode);
        using var kill = await api.PostAsync($"/api/bots/{Own}/kill", new { reason = "stop" }, old);
        Assert.Equal(HttpStatusCode.OK, kill.StatusCode);
        using var anew = await api.GetAsync($"/api/bots/{Own}", Make(Own, generation));
        Assert.Equal(HttpStatusCode.OK, anew.StatusCode);
        Assert.Equal(generation, (await TestApi.JsonAsync(anew))["generation"]!.GetValue<long>());
    }

    [Fact]
    public async Task Cluster_ThatDoesNotAnswer_Is503AndNot401_AndTheKillStillWorks()
    {
        await using var api = await StartAsync();
        api.Cluster.Unreachable = new TimeoutException();
        using var read = await api.GetAsync($"/api/bots/{Own}/permit?intent=open&epoch=1", Make(Own, 1));
        await AccessMatrixTests.AssertProblem(read, 503, "CONTROL_PLANE_UNREACHABLE");
        var asked = api.PostAsync($"/api/bots/{Own}/kill", new { reason = "stop" }, Make(Own, 1));
        for (var i = 0; i < 500 && !asked.IsCompleted; i++)
        {
            // The answer waits for the cluster, by the clock of the test.
            await Task.Delay(20, TestContext.Current.CancellationToken);
            api.Time.Advance(TimeSpan.FromMilliseconds(100));
        }

        using var kill = await asked;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, kill.StatusCode);
        Assert.Equal("CONTROL_PLANE_UNREACHABLE", (await TestApi.JsonAsync(kill))["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task Usage_OfAnotherBot_IsRejected_AndOfNoneIsItsOwn()
    {
        await using var api = await StartAsync();
        var token = Make(Own, 1);
        using var one = await Post(api, $$"""{{Event[..^1]}},"bot_id":"other"}""", token);
        await AccessMatrixTests.AssertProblem(one, 422, "FORBIDDEN");
        using var list = await Post(api, $$"""{"events":[{{Event}},{{Event[..^1]}},"bot_id":"other"},{{Event[..^1]}},"bot_id":"{{Own}}"},{"provider":"polygon"}]}""", token);
        var receipt = await TestApi.JsonAsync(list);
        Assert.Equal(2, receipt["accepted"]!.GetValue<int>());
        Assert.Equal([(1, "FORBIDDEN"), (3, "INVALID_REQUEST")], receipt["rejected"]!.AsArray().Select(row => (row!["index"]!.GetValue<int>(), row["code"]!.GetValue<string>())));
        Assert.Equal([Own, Own], api.Cluster.Ingest.Events.Select(usage => usage.BotId));
    }

    [Fact]
    public async Task BotTokensOnly_TheSharedRunnerToken_IsRefusedForWhatIsABots_TheKillExcepted()
    {
        await using var api = await TestApi.StartAsync(Arrange, before: null, ("ControlPlane:Access:BotTokensOnly", "true"));
        foreach (var (method, route, policy) in Endpoints(api).Where(e => e.Policy is "viewer" or "runner"))
        {
            var path = route.Replace("{bot_id}", Own, StringComparison.Ordinal).Replace("{provider}", "polygon", StringComparison.Ordinal).Replace("{documentName}", "v1", StringComparison.Ordinal);
            if (path is "/api/system/stream") continue;
            var may = !route.StartsWith("/api/bots/{bot_id}/", StringComparison.Ordinal) || route.EndsWith("/kill", StringComparison.Ordinal);
            using var shared = await api.SendAsync(new HttpMethod(method), path, TestApi.Runner, method == "GET" ? null : new { });
            Assert.True(may == (shared.StatusCode != HttpStatusCode.Forbidden), $"{method} {path}: {shared.StatusCode}");
            if (!may) Assert.Contains("BotTokensOnly", (await TestApi.JsonAsync(shared))["detail"]!.GetValue<string>(), StringComparison.Ordinal);
            if (policy != "viewer" || may) continue;
            using var reader = await api.SendAsync(new HttpMethod(method), path, TestApi.Viewer);
            Assert.NotEqual(HttpStatusCode.Forbidden, reader.StatusCode);
        }

        using var permit = await api.GetAsync($"/api/bots/{Own}/permit?intent=open&epoch=1", TestApi.Runner);
        Assert.Equal(HttpStatusCode.Forbidden, permit.StatusCode);
        using var own = await api.GetAsync($"/api/bots/{Own}/permit?intent=open&epoch=1", Make(Own, 1));
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
    }

    [Fact]
    public async Task BotToken_NeitherSignsIn_NorIsInALog()
    {
        await using var api = await StartAsync();
        var token = Make(Own, 1);
        using var session = await api.PostAsync("/api/session", new { token }, token: null);
        Assert.Equal(HttpStatusCode.Unauthorized, session.StatusCode);
        using var kill = await api.PostAsync($"/api/bots/{Own}/kill", new { reason = "stop" }, token);
        Assert.DoesNotContain(api.Log.Lines, line => line.Contains(token[^20..], StringComparison.Ordinal));
        Assert.Contains(api.Cluster.Audit.Facts, fact => (fact.Action, fact.By.Name, fact.By.Role) == ("kill.engage", $"bot/{Own}", "bot"));
    }

    /// <summary>The form of the token, put together here by itself.</summary>
    private static string Make(string bot, long generation, string operatorToken = TestApi.Operator)
    {
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(operatorToken), 32, Encoding.UTF8.GetBytes("control-plane/bot-token"), Encoding.UTF8.GetBytes("v1"));
        var text = $"cpb1.{bot}.{generation}";
        return $"{text}.{Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)))}";
    }

    private static IEnumerable<(string Method, string Route, string? Policy)> Endpoints(TestApi api) =>
        from endpoint in api.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let route = "/" + endpoint.RoutePattern.RawText!.TrimStart('/').TrimEnd('/')
        where GuardedPaths.Contains(route) && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null && !route.Contains("{order_id}", StringComparison.Ordinal)
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
        where method is "GET" or "POST" or "PUT" or "DELETE"
        orderby method == "DELETE"
        select (method, route, endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().LastOrDefault(data => data.Policy is not null)?.Policy);

    private static Task<HttpResponseMessage> Post(TestApi api, string body, string token) =>
        api.PostAsync("/api/usage-events", new StringContent(body, Encoding.UTF8, "application/json"), token);

    private static Task<TestApi> StartAsync() => TestApi.StartAsync(Arrange);

    private static void Arrange(TestApi api)
    {
        foreach (var id in new[] { Own, "other" }) api.Cluster.Bots[id] = new BotView { BotId = id, Generation = 1, Spec = new BotSpec("b", null, [], TradingMode.Paper, ImmutableSortedDictionary<string, decimal>.Empty) };
    }
}
