using System.Net;
using System.Net.Sockets;
using System.Text;
using ControlPlane.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ControlPlane.Api.Tests.Gateway;

/// <summary>What goes to a provider.</summary>
public sealed class ForwardingTests
{
    private const string Polygon = "/gateway/polygon/v2/last/trade/A";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_OfABot_CarriesTheKeyOfThisNodeAndIsRecordedOnce()
    {
        await using var scene = await GatewayScene.StartAsync();
        using var answer = await scene.GetAsync(Polygon + "?x=1", Token(scene));
        Assert.Equal("{\"ok\":true}", await answer.Content.ReadAsStringAsync(Cancel));
        var sent = scene.Upstream.Only;
        Assert.Equal(("/v2/last/trade/A?x=1", $"Bearer {GatewayScene.PolygonKey}"), (sent.RawTarget, sent.Headers["Authorization"]));
        Assert.Equal(new Uri(scene.Upstream.Address).Authority, sent.Headers["Host"]);
        var call = await scene.Usage.OnlyAsync();
        Assert.Equal(("polygon", "GET /v2/last/trade/A", UsageStatus.Ok, 200, UsageSource.Observed, "momentum"), (call.Provider, call.Operation, call.Status, call.HttpStatus, call.Source, call.BotId));
        Assert.Equal(answer.Headers.GetValues("X-Trace-Id").Single(), call.TraceId);
    }

    [Fact]
    public async Task Call_AfterAKeyWasChanged_CarriesTheNewOne()
    {
        await using var scene = await GatewayScene.StartAsync();
        using (await scene.GetAsync(Polygon, Token(scene))) scene.Api.Secrets.Set("POLYGON_API_KEY", "another-polygon-key-0123456789");
        using var after = await scene.GetAsync(Polygon, Token(scene));
        Assert.Equal("Bearer another-polygon-key-0123456789", scene.Upstream.Seen.Last().Headers["Authorization"]);
    }

    [Theory]
    [InlineData("/v2/a%2Cb/c%20d/~e/%41?q=%2F%2f&r=a+b&s=%7e&t")]
    [InlineData("/")]
    [InlineData("/v3/x?")]
    public async Task Call_PathAndQuery_GoOnByteForByte(string rest)
    {
        await using var scene = await GatewayScene.StartAsync();
        using var answer = await scene.GetAsync("/gateway/polygon" + rest, Token(scene));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(rest.TrimEnd('?'), scene.Upstream.Only.RawTarget);
    }

    [Theory]
    [InlineData("/v2/../admin")]
    [InlineData("/v2/%2e%2e/admin")]
    [InlineData("/v2//admin")]
    [InlineData("/v2/a%2fb")]
    [InlineData("/v2/a%5cb")]
    [InlineData("/v2/%252e%252e/b")]
    public async Task Call_PathThatCouldBeReadInTwoWays_IsRefused(string rest)
    {
        await using var scene = await GatewayScene.StartAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, scene.Api.Client.BaseAddress!.Port, Cancel);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /gateway/polygon{rest} HTTP/1.1\r\nHost: x\r\nX-Control-Plane-Token: {scene.BotToken}\r\nConnection: close\r\n\r\n"), Cancel);
        var answer = await new StreamReader(socket.GetStream()).ReadToEndAsync(Cancel);
        Assert.StartsWith("HTTP/1.1 403", answer, StringComparison.Ordinal);
        Assert.Contains("OPERATION_NOT_ALLOWED", answer, StringComparison.Ordinal);
        Assert.Empty(scene.Upstream.Seen);
    }

    [Fact]
    public async Task Call_HeadersOfThisHopAndOfOurs_AreNotSent()
    {
        await using var scene = await GatewayScene.StartAsync();
        (string, string)[] dropped =
        [
            ("Cookie", "a=b"), ("Forwarded", "for=1.2.3.4"), ("X-Forwarded-For", "1.2.3.4"), ("X-Forwarded-Host", "evil"), ("Via", "1.1 me"), ("X-Real-IP", "1.2.3.4"), ("Proxy-Authorization", "Basic eA=="),
            ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("tracestate", "a=b"), ("baggage", "a=b"), ("X-HTTP-Method-Override", "DELETE"), ("X-Control-Plane-Anything", "x"),
            ("Keep-Alive", "timeout=5"), ("TE", "trailers"), ("Accept-Encoding", "gzip, br"), ("Origin", "https://evil.example"), ("Expect", "100-continue"),
        ];
        using var answer = await scene.SendAsync(HttpMethod.Post, "/gateway/openai/chat/completions", new StringContent("{}", Encoding.UTF8, "application/json"), [Token(scene), .. dropped, ("X-Kept", "kept"), ("User-Agent", "sdk/1.0"), ("Idempotency-Key", "k1")]);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var sent = scene.Upstream.Only;
        foreach (var (name, _) in dropped.Where(header => header.Item1 != "Accept-Encoding")) Assert.False(sent.Headers.ContainsKey(name), name);
        Assert.Equal(("kept", "sdk/1.0", "k1", "identity", "{}"), (sent.Headers["X-Kept"], sent.Headers["User-Agent"], sent.Headers["Idempotency-Key"], sent.Headers["Accept-Encoding"], sent.Body));
        Assert.Equal("application/json; charset=utf-8", sent.Headers["Content-Type"]);
    }

    [Fact]
    public async Task Call_HeaderThatConnectionLists_IsNotSent()
    {
        await using var scene = await GatewayScene.StartAsync();
        using var answer = await scene.GetAsync(Polygon, Token(scene), ("Connection", "X-Listed"), ("X-Listed", "1"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(scene.Upstream.Only.Headers.ContainsKey("X-Listed"));
    }

    [Fact]
    public async Task Call_TransferEncodingBesideALength_IsNotSmuggledOn()
    {
        await using var scene = await GatewayScene.StartAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, scene.Api.Client.BaseAddress!.Port, Cancel);
        await socket.GetStream().WriteAsync(
            Encoding.ASCII.GetBytes($"POST /gateway/openai/x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {scene.BotToken}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n0\r\n\r\nGET /v1/smuggled HTTP/1.1\r\nHost: y\r\n\r\n"), Cancel);
        await new StreamReader(socket.GetStream()).ReadToEndAsync(Cancel);
        Assert.All(scene.Upstream.Seen, sent => Assert.Equal(("/x", "abc"), (sent.RawTarget, sent.Body)));
    }

    [Fact]
    public async Task Provider_ThatIsNotThere_Is502AndRecorded()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        taken.Stop();
        await using var scene = await GatewayScene.StartAsync(baseUrl: $"http://127.0.0.1:{port}");
        using var answer = await scene.GetAsync(Polygon, Token(scene));
        Assert.Equal((HttpStatusCode.BadGateway, "PROVIDER_UNREACHABLE"), (answer.StatusCode, answer.Headers.GetValues("X-Control-Plane-Refused").Single()));
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        var call = await scene.Usage.OnlyAsync();
        Assert.Equal((UsageStatus.Error, null, "not_connected", UsageSource.Observed), (call.Status, call.HttpStatus, call.ErrorCode, call.Source));
    }

    [Theory]
    [InlineData("POST", false)]
    [InlineData("POST", true)]
    [InlineData("DELETE", false)]
    public async Task Call_ThatChangesSomething_IsSentOnceThoughTheConnectionEnds(string method, bool body)
    {
        using var provider = new DyingProvider();
        await using var scene = await GatewayScene.StartAsync(baseUrl: provider.Address);
        using (var first = await scene.GetAsync(Polygon, Token(scene))) Assert.Equal(HttpStatusCode.OK, first.StatusCode);

        // On the connection of the first call: the platform takes an end of it for an idle one.
        using var answer = await scene.SendAsync(new HttpMethod(method), "/gateway/openai/things", body ? new StringContent("{}") : null, Token(scene));
        using var polygon = await scene.SendAsync(new HttpMethod(method), "/gateway/polygon/v2/things", body ? new StringContent("{}") : null, Token(scene));
        Assert.Equal((HttpStatusCode.BadGateway, HttpStatusCode.BadGateway), (answer.StatusCode, polygon.StatusCode));
        Assert.Equal(2, provider.Requests.Count(request => request.StartsWith(method, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Call_Http2Provider_IsForwarded()
    {
        await using var scene = await GatewayScene.StartAsync(protocols: HttpProtocols.Http1AndHttp2);
        using var answer = await scene.GetAsync(Polygon, Token(scene));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Order_WithoutAnEvaluator_IsRefusedInTheShapeOfItsProvider()
    {
        await using var scene = await GatewayScene.StartAsync();
        using var answer = await scene.SendAsync(HttpMethod.Post, "/gateway/alpaca/v2/wallets/transfers", new StringContent("{}"), ("APCA-API-KEY-ID", scene.LeaseToken));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("\"message\":\"OPERATION_NOT_ALLOWED", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Empty(scene.Upstream.Seen);
        Assert.Empty(scene.Usage.Calls);
    }

    [Fact]
    public async Task Log_HoldsNoPathQueryOrToken()
    {
        await using var scene = await GatewayScene.StartAsync();
        using (await scene.GetAsync("/gateway/polygon/v2/pasted-secret-in-path?pasted=secret-in-query", Token(scene))) { }
        using (await scene.GetAsync("/gateway/telegram/bot" + scene.BotToken + "/getMe")) { }
        Assert.NotEmpty(scene.Api.Log.Lines);
        Assert.DoesNotContain(scene.Api.Log.Lines, line => line.Contains("pasted", StringComparison.Ordinal) || line.Contains("canary", StringComparison.Ordinal) || line.Contains(scene.BotToken, StringComparison.Ordinal));
    }

    private static (string, string) Token(GatewayScene scene) => ("X-Control-Plane-Token", scene.BotToken);
}
