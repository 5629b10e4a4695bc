using System.Net;
using System.Text;
using ControlPlane.Api.Security;
using ControlPlane.Api.Tests.Host;

namespace ControlPlane.Api.Tests.Gateway;

/// <summary>Who may call, where its token may stand, and that it never goes on.</summary>
public sealed class CallerTokenTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/gateway/openai/models", "Authorization", "Bearer {0}")]
    [InlineData("/gateway/openai/models", "X-Control-Plane-Token", "{0}")]
    [InlineData("/gateway/anthropic/v1/models", "x-api-key", "{0}")]
    [InlineData("/gateway/anthropic/v1/models", "Authorization", "Bearer {0}")]
    [InlineData("/gateway/alpaca/v2/account", "APCA-API-KEY-ID", "{0}")]
    [InlineData("/gateway/alpaca/v2/account", "APCA-API-SECRET-KEY", "{0}")]
    [InlineData("/gateway/databento/v0/metadata.list_datasets", "Authorization", "Basic {1}")]
    [InlineData("/gateway/fred/series?series_id=GNPCA&api_key={0}", null, null)]
    [InlineData("/gateway/telegram/bot{0}/getMe", null, null)]
    [InlineData("/gateway/binance/api/v3/account", "X-MBX-APIKEY", "{0}")]
    public async Task Call_TokenInAPlaceOfTheProvidersCredential_PassesAndIsNowhereInWhatIsSent(string path, string? header, string? form)
    {
        await using var scene = await GatewayScene.StartAsync();
        foreach (var token in (string[])[scene.BotToken, scene.LeaseToken])
        {
            var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes(token + ":"));
            scene.Upstream.Seen.Clear();
            using var answer = await scene.GetAsync(Write(path), header is null ? [] : [(header, Write(form!))]);
            Assert.Equal((HttpStatusCode.OK, true), (answer.StatusCode, scene.Upstream.Seen.Count == 1));
            var sent = scene.Upstream.Only;
            Assert.DoesNotContain(token, sent.RawTarget, StringComparison.Ordinal);
            Assert.DoesNotContain(sent.Headers, one => one.Value.Contains(token, StringComparison.Ordinal) || one.Value.Contains(basic, StringComparison.Ordinal));
            Assert.DoesNotContain(sent.Headers, one => one.Key.StartsWith("X-Control-Plane", StringComparison.OrdinalIgnoreCase));

            string Write(string text) => text.Replace("{0}", token, StringComparison.Ordinal).Replace("{1}", basic, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Call_TokenInSeveralPlaces_IsTakenOutOfAll()
    {
        await using var scene = await GatewayScene.StartAsync();
        var token = scene.BotToken;
        using var answer = await scene.GetAsync($"/gateway/fred/series?api_key={token}&a=1&other={token}", ("X-Control-Plane-Token", token), ("Authorization", $"Bearer {token}"), ("X-Note", $"see {token}"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var sent = scene.Upstream.Only;
        Assert.Equal("/series?a=1&api_key=fred-canary-0123456789abcdef", sent.RawTarget);
        Assert.False(sent.Headers.ContainsKey("Authorization"));
        Assert.False(sent.Headers.ContainsKey("X-Note"));
    }

    [Fact]
    public async Task Call_TwoTokensThatDiffer_IsRefused()
    {
        await using var scene = await GatewayScene.StartAsync();
        using var answer = await scene.GetAsync("/gateway/polygon/v2/last/trade/A", ("X-Control-Plane-Token", scene.BotToken), ("Authorization", $"Bearer {scene.LeaseToken}"));
        Assert.Equal((HttpStatusCode.Unauthorized, "UNAUTHENTICATED"), (answer.StatusCode, answer.Headers.GetValues("X-Control-Plane-Refused").Single()));
        Assert.Empty(scene.Upstream.Seen);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(TestApi.Operator)]
    [InlineData(TestApi.Runner)]
    [InlineData(TestApi.Viewer)]
    [InlineData("cpb1.momentum.1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("cpl1.momentum.3.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Call_OfNobodyOrOfAnotherRole_IsRefusedAndNothingIsSent(string? token)
    {
        await using var scene = await GatewayScene.StartAsync();
        foreach (var header in (string[])["Authorization", "X-Control-Plane-Token"])
        {
            using var answer = await scene.GetAsync("/gateway/polygon/v2/last/trade/A", token is null ? [] : [(header, header == "Authorization" ? $"Bearer {token}" : token)]);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }

        using var session = await scene.GetAsync("/gateway/polygon/v2/last/trade/A", ("Cookie", await scene.Api.SignInAsync()));
        Assert.Equal(HttpStatusCode.Unauthorized, session.StatusCode);
        Assert.Empty(scene.Upstream.Seen);
        Assert.Empty(scene.Usage.Calls);
    }

    [Fact]
    public async Task Call_WithAnotherOperatorsTokens_IsRefused()
    {
        await using var scene = await GatewayScene.StartAsync();
        foreach (var token in (string[])[new BotToken("momentum", 1).Write(BotToken.KeyFrom("another-operator-token-0123456789")), new LeaseToken("momentum", 3).Write(LeaseToken.KeyFrom("another-operator-token-0123456789"))])
        {
            using var answer = await scene.GetAsync("/gateway/polygon/v2/last/trade/A", ("X-Control-Plane-Token", token));
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Call_WithALeaseThatHasEnded_IsFenced()
    {
        await using var scene = await GatewayScene.StartAsync();
        scene.Api.Gate.Answer = scene.Api.Gate.Answer with { LeaseForMs = 0 };
        using var answer = await scene.GetAsync("/gateway/polygon/v2/last/trade/A", ("X-Control-Plane-Token", scene.LeaseToken));
        Assert.Equal((HttpStatusCode.Forbidden, "LEASE_FENCED"), (answer.StatusCode, answer.Headers.GetValues("X-Control-Plane-Refused").Single()));
        Assert.Empty(scene.Upstream.Seen);
    }

    [Fact]
    public async Task Order_UnderALeaseThatHasEnded_IsFencedAndTold()
    {
        await using var scene = await GatewayScene.StartAsync();
        scene.Api.Gate.Answer = scene.Api.Gate.Answer with { LeaseForMs = 0 };
        using var read = await scene.GetAsync("/gateway/alpaca/v2/account", ("APCA-API-KEY-ID", scene.LeaseToken));
        using var forged = await scene.SendAsync(HttpMethod.Post, "/gateway/alpaca/v2/orders", new StringContent("{}"), ("APCA-API-KEY-ID", scene.LeaseToken[..^3] + "AAA"));
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Unauthorized), (read.StatusCode, forged.StatusCode));
        Assert.Empty(scene.Api.Cluster.Refusals);

        using var order = await scene.SendAsync(HttpMethod.Post, "/gateway/alpaca/v2/orders", new StringContent("{}"), ("APCA-API-KEY-ID", scene.LeaseToken));
        Assert.Equal((HttpStatusCode.Forbidden, "LEASE_FENCED"), (order.StatusCode, order.Headers.GetValues("X-Control-Plane-Refused").Single()));
        var (bot, provider, operation, refusal) = Assert.Single(scene.Api.Cluster.Refusals);
        Assert.Equal((GatewayScene.Bot, "alpaca", "POST /v2/orders", "LEASE_FENCED", "gate"), (bot, provider, operation, refusal.Code, refusal.Rule));
        Assert.Empty(scene.Upstream.Seen);
    }

    [Fact]
    public async Task Call_WithARevokedToken_IsRefusedOnceTheGatesLeaseIsOver()
    {
        await using var scene = await GatewayScene.StartAsync();
        using (var before = await scene.GetAsync("/gateway/polygon/v2/last/trade/A", ("X-Control-Plane-Token", scene.BotToken))) Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        scene.Api.Cluster.Generations[GatewayScene.Bot] = 2;
        scene.Api.Time.Advance(TimeSpan.FromSeconds(3));
        using var after = await scene.GetAsync("/gateway/polygon/v2/last/trade/A", ("X-Control-Plane-Token", scene.BotToken));
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
    }

    [Fact]
    public async Task Call_NobodyCanTellOfTheBot_IsRefused()
    {
        await using var scene = await GatewayScene.StartAsync(api => api.Cluster.Unreachable = new TimeoutException());
        using var answer = await scene.GetAsync("/gateway/polygon/v2/last/trade/A", ("X-Control-Plane-Token", scene.BotToken));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Empty(scene.Upstream.Seen);
    }

    [Fact]
    public async Task Call_OfAProviderThatTheBotDoesNotReach_IsRefused()
    {
        await using var scene = await GatewayScene.StartAsync(api => api.Cluster.Bots[GatewayScene.Bot] = GatewayScene.View(["polygon"]));
        using var answer = await scene.GetAsync("/gateway/openai/models", ("Authorization", $"Bearer {scene.BotToken}"));
        Assert.Equal((HttpStatusCode.Forbidden, "FORBIDDEN"), (answer.StatusCode, answer.Headers.GetValues("X-Control-Plane-Refused").Single()));
        Assert.Contains("\"error\"", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Empty(scene.Upstream.Seen);
    }
}
