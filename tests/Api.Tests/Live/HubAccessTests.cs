using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using ControlPlane.Api.Tests.Host;
using ControlPlane.Api.Tests.Security;
using Microsoft.AspNetCore.Http.Connections;

namespace ControlPlane.Api.Tests.Live;

public sealed class HubAccessTests
{
    private const string Handshake = "{\"protocol\":\"json\",\"version\":1}\u001e";

    [Theory]
    [InlineData(TestApi.Viewer)]
    [InlineData(TestApi.Runner)]
    [InlineData(TestApi.Operator)]
    public async Task Bearer_EveryRole_Subscribes(string token)
    {
        await using var api = await TestApi.StartAsync();
        await using var client = await LiveClient.SubscribedAsync(api, token);
        Assert.Equal("OK", client.Snapshot["system"]!["system_status"]!.GetValue<string>());
    }

    [Fact]
    public async Task Cookie_WithTheOwnOrigin_Subscribes()
    {
        await using var api = await TestApi.StartAsync();
        var cookie = await api.SignInAsync(TestApi.Viewer);
        await using var client = await LiveClient.SubscribedAsync(api, token: null, ("Cookie", cookie), ("Origin", api.Origin));
        Assert.Equal("OK", client.Snapshot["system"]!["system_status"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("negotiate", "none", null, 401)]
    [InlineData("negotiate", "wrong", null, 401)]
    [InlineData("negotiate", "bearer", "https://evil.example", 403)]
    [InlineData("negotiate", "cookie", null, 403)]
    [InlineData("negotiate", "cookie", "https://evil.example", 403)]
    [InlineData("upgrade", "none", null, 401)]
    [InlineData("upgrade", "wrong", null, 401)]
    [InlineData("upgrade", "bearer", "https://evil.example", 403)]
    [InlineData("upgrade", "bearer", "null", 403)]
    [InlineData("upgrade", "cookie", null, 403)]
    [InlineData("upgrade", "cookie", "https://evil.example", 403)]
    [InlineData("upgrade", "wrong query", null, 401)]
    [InlineData("upgrade", "two", null, 401)]
    public async Task Stranger_IsRefused_BeforeTheUpgrade(string step, string credential, string? origin, int status)
    {
        await using var api = await TestApi.StartAsync();
        using var request = step == "negotiate"
            ? new HttpRequestMessage(HttpMethod.Post, "/hubs/status/negotiate?negotiateVersion=1")
            : new HttpRequestMessage(HttpMethod.Get, credential switch
            {
                "wrong query" => "/hubs/status?access_token=a-token-that-nobody-here-knows-of",
                "two" => $"/hubs/status?access_token={TestApi.Viewer}&token={TestApi.Viewer}",
                _ => "/hubs/status?id=x",
            });
        if (step == "upgrade")
        {
            request.Headers.Connection.Add("Upgrade");
            request.Headers.Upgrade.Add(new ProductHeaderValue("websocket"));
            request.Headers.Add("Sec-WebSocket-Version", "13");
            request.Headers.Add("Sec-WebSocket-Key", Convert.ToBase64String(new byte[16]));
        }

        if (credential is "bearer" or "wrong") request.Headers.Authorization = new("Bearer", credential == "bearer" ? TestApi.Viewer : "a-token-that-nobody-here-knows-of");
        if (credential == "cookie") request.Headers.Add("Cookie", await api.SignInAsync(TestApi.Viewer));
        if (origin is not null) request.Headers.Add("Origin", origin);
        using var answer = await api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await AccessMatrixTests.AssertProblem(answer, status, status == 401 ? "UNAUTHENTICATED" : "FORBIDDEN");
        Assert.DoesNotContain(api.Log.Lines, line => line.Contains(TestApi.Viewer, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(HttpTransportType.WebSockets)]
    [InlineData(HttpTransportType.ServerSentEvents)]
    [InlineData(HttpTransportType.LongPolling)]
    public async Task AccessToken_InTheQuery_LetsIn_AndIsNowhereLogged(HttpTransportType transport)
    {
        await using var api = await TestApi.StartAsync();
        await using var client = await LiveClient.SubscribedAsync(api, token: null, transport, options => options.AccessTokenProvider = static () => Task.FromResult<string?>(TestApi.Viewer));
        Assert.Equal("OK", client.Snapshot["system"]!["system_status"]!.GetValue<string>());
        await client.NextAsync(api.Time, "beat");
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"{api.Origin.Replace("http:", "ws:", StringComparison.Ordinal)}/hubs/status?access_token={TestApi.Viewer}"), TestContext.Current.CancellationToken);
        await SayAsync(socket, Handshake);
        await socket.ReceiveAsync(new byte[64], TestContext.Current.CancellationToken);
        Assert.DoesNotContain(api.Log.Lines, line => line.Contains(TestApi.Viewer, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AccessToken_InTheQueryOfAnythingElse_IsRefused()
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.GetAsync($"/api/system/status?access_token={TestApi.Viewer}", token: null);
        await AccessMatrixTests.AssertProblem(answer, 401, "UNAUTHENTICATED");
    }

    [Fact]
    public async Task Get_WithoutAConnection_Is400()
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.GetAsync("/hubs/status");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task SessionEnds_ItsConnectionIsCut_AndOthersGoOn()
    {
        await using var api = await TestApi.StartAsync();
        var cookie = await api.SignInAsync(TestApi.Viewer);
        await using var client = await LiveClient.SubscribedAsync(api, token: null, ("Cookie", cookie), ("Origin", api.Origin));
        await using var other = await LiveClient.SubscribedAsync(api);
        using var signedOut = await api.SendAsync(HttpMethod.Delete, "/api/session", null, null, ("Cookie", cookie), ("Origin", api.Origin));
        Assert.Equal(HttpStatusCode.NoContent, signedOut.StatusCode);
        await EndsAsync(api, client);
        await other.NextAsync(api.Time, "beat");
    }

    [Fact]
    public async Task SessionRunsOut_ItsConnectionIsCut()
    {
        await using var api = await TestApi.StartAsync(null, null, ("ControlPlane:Session:LifetimeSeconds", "60"));
        var cookie = await api.SignInAsync(TestApi.Viewer);
        await using var client = await LiveClient.SubscribedAsync(api, token: null, ("Cookie", cookie), ("Origin", api.Origin));
        api.Time.Advance(TimeSpan.FromSeconds(61));
        await EndsAsync(api, client);
    }

    [Fact]
    public async Task TokenChanges_ItsConnectionIsCut()
    {
        await using var api = await TestApi.StartAsync();
        await using var client = await LiveClient.SubscribedAsync(api);
        api.Secrets.Set("CONTROLPLANE_VIEWER_TOKEN", "another-viewer-token-0123456789");
        await EndsAsync(api, client);
    }

    [Theory]
    [InlineData("{\"protocol\":\"xml\",\"version\":1}\u001e")]
    [InlineData("{\"protocol\":\"json\",\"version\":99}\u001e")]
    [InlineData("nonsense\u001e")]
    public async Task WrongHandshake_IsAnsweredWithAnError_AndTheConnectionEnds(string said)
    {
        await using var api = await TestApi.StartAsync();
        using var socket = await RawAsync(api);
        await SayAsync(socket, said);
        var heard = await ReadToEndAsync(socket);
        Assert.StartsWith("{\"error\":", Assert.Single(heard), StringComparison.Ordinal);
        Assert.DoesNotContain(api.Log.Lines, line => line.Contains("nonsense", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{\"type\":1,\"target\":\"Subscribe\",\"arguments\":[\u001e")]
    [InlineData("[]\u001e")]
    public async Task NotTheProtocol_TheConnectionEnds(string said)
    {
        await using var api = await TestApi.StartAsync();
        using var socket = await RawAsync(api);
        await SayAsync(socket, Handshake + said);
        var heard = await ReadToEndAsync(socket);
        Assert.Equal("{}", heard[0]);
        Assert.Contains("\"type\":7", heard[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unforeseen_IsAnErrorThatTellsNothing_AndIsLogged()
    {
        await using var api = await TestApi.StartAsync();
        await using var client = LiveClient.Of(api);
        await client.Connection.StartAsync(TestContext.Current.CancellationToken);
        api.Gate.Failure = new InvalidCastException("what-nobody-foresaw");
        api.Time.Advance(TimeSpan.FromSeconds(3));
        var error = await Assert.ThrowsAsync<Microsoft.AspNetCore.SignalR.HubException>(client.SubscribeAsync);
        Assert.DoesNotContain("foresaw", error.Message, StringComparison.Ordinal);
        Assert.Contains(api.Log.Lines, line => line.Contains("Subscribe", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ProcessStops_EndsItsConnections_WithoutForbiddingToComeAgain()
    {
        await using var api = await TestApi.StartAsync();
        using var socket = await RawAsync(api);
        await SayAsync(socket, Handshake);
        await socket.ReceiveAsync(new byte[64], TestContext.Current.CancellationToken);
        var stopped = api.App.StopAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain(await ReadToEndAsync(socket), message => message.Contains("\"type\":7", StringComparison.Ordinal) && !message.Contains("\"allowReconnect\":true", StringComparison.Ordinal));
        await stopped;
    }

    [Fact]
    public async Task EndlessMessage_TheConnectionEnds()
    {
        await using var api = await TestApi.StartAsync();
        using var socket = await RawAsync(api);
        try
        {
            for (var i = 0; i < 64; i++) await socket.SendAsync(new byte[1024], WebSocketMessageType.Text, false, TestContext.Current.CancellationToken);
        }
        catch (WebSocketException)
        {
            return;
        }

        await ReadToEndAsync(socket);
    }

    [Fact]
    public async Task NeverSubscribing_IsCut()
    {
        await using var api = await TestApi.StartAsync();
        using var socket = await RawAsync(api);
        var end = ReadToEndAsync(socket);
        while (!end.IsCompleted)
        {
            api.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        await end;
    }

    internal static async Task<ClientWebSocket> RawAsync(TestApi api)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {TestApi.Viewer}");
        await socket.ConnectAsync(new Uri(api.Origin.Replace("http:", "ws:", StringComparison.Ordinal) + "/hubs/status"), TestContext.Current.CancellationToken);
        return socket;
    }

    private static Task SayAsync(ClientWebSocket socket, string said) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(said), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);

    /// <summary>Reads until the connection ends; every message that came, pings apart.</summary>
    private static async Task<IReadOnlyList<string>> ReadToEndAsync(ClientWebSocket socket)
    {
        var heard = new MemoryStream();
        var buffer = new byte[4096];
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(20));
        try
        {
            while (await socket.ReceiveAsync(buffer, timeout.Token) is { MessageType: not WebSocketMessageType.Close } received) heard.Write(buffer, 0, received.Count);
        }
        catch (WebSocketException)
        {
            // Cut without a word: an end too.
        }

        return [.. Encoding.UTF8.GetString(heard.ToArray()).Split('\u001e', StringSplitOptions.RemoveEmptyEntries).Where(message => message != "{\"type\":6}")];
    }

    private static async Task EndsAsync(TestApi api, LiveClient client)
    {
        var end = DateTime.UtcNow.AddSeconds(20);
        while (!client.Ended.Task.IsCompleted)
        {
            Assert.True(DateTime.UtcNow < end, "The connection goes on.");
            api.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
