using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ControlPlane.ProviderSimulator.Tests.Driving;

namespace ControlPlane.ProviderSimulator.Tests;

/// <summary>What a client sees of each fault. These wait on a real clock, as the faults do.</summary>
public sealed partial class FaultTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hang_UntilTheClientGivesUp_NothingArrives()
    {
        await using var running = await StartAsync(SimulatedFault.Hang);
        using var timeout = new CancellationTokenSource(TimeSpan.FromMilliseconds(400));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => running.Client.SendAsync(Samples.Get(running.Base + "/v1/status"), timeout.Token));
        await EventuallyAsync(() => running.Host.Requests() is [.., var request] && request.Fault == SimulatedFault.Hang);
        await EventuallyAsync(() => running.Host.Concurrency("sample").Current == 0);
    }

    [Fact]
    public async Task Drip_Body_ComesByteByByte()
    {
        await using var running = await StartAsync(SimulatedFault.Drip);
        var clock = Stopwatch.StartNew();

        using var response = await running.Client.SendAsync(
            Samples.Get(running.Base + "/v1/status"), HttpCompletionOption.ResponseHeadersRead, Cancel);
        var headers = clock.Elapsed;
        var body = await response.Content.ReadAsStringAsync(Cancel);

        Assert.Equal("""{"state":"active"}""", body);
        Assert.True(clock.Elapsed - headers > TimeSpan.FromMilliseconds(15 * body.Length), $"{clock.Elapsed}");
    }

    [Fact]
    public async Task Reset_Connection_IsReset()
    {
        await using var running = await StartAsync(SimulatedFault.Reset);

        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => running.GetAsync());

        var socket = Assert.IsType<SocketException>(Causes(exception).Last());
        Assert.Equal(SocketError.ConnectionReset, socket.SocketErrorCode);
    }

    [Fact]
    public async Task Unauthorized_WithAGoodKey_IsAnsweredAsIfItWereUnknown()
    {
        await using var running = await StartAsync(SimulatedFault.Unauthorized);
        Assert.Equal("unknown", await running.StateAsync(Samples.Get(running.Base + "/v1/status")));
        running.Host.SetFault("sample", SimulatedFault.None);
        Assert.Equal("active", await running.StateAsync(Samples.Get(running.Base + "/v1/status")));
    }

    [Theory]
    [InlineData(SimulatedFault.Http500, 500)]
    [InlineData(SimulatedFault.Http503, 503)]
    [InlineData(SimulatedFault.RateLimited, 429)]
    public async Task Status_WithRetryAfter_IsAnswered(SimulatedFault fault, int status)
    {
        await using var running = await StartAsync(new FaultOrder { Fault = fault, RetryAfterS = 11 });

        using var response = await running.GetAsync();

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(fault == SimulatedFault.Http500 ? null : TimeSpan.FromSeconds(11), response.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task RateLimited_ScriptedAnswer_IsUsed()
    {
        var route = Samples.Bearer.Routes[0];
        var limit = new AnswerScript { Status = 418, Headers = new Dictionary<string, string> { ["Retry-After"] = "99" }, Text = "teapot" };
        var script = Samples.Bearer with
        {
            Routes = [route with { Answers = new Dictionary<string, AnswerScript>(route.Answers) { ["rate_limited"] = limit } }],
        };
        await using var running = await Running.StartAsync(script);
        running.Host.SetFault("sample", SimulatedFault.RateLimited);

        using var response = await running.GetAsync();

        Assert.Equal(418, (int)response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(99), response.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task Redirect_Followed_TrapTellsWhichCredentialsArrived()
    {
        await using var running = await StartAsync(SimulatedFault.Redirect);
        using var response = await running.GetAsync();
        Assert.Equal(HttpStatusCode.TemporaryRedirect, response.StatusCode);
        Assert.Equal(new Uri($"{running.Host.Address}/_trap/sample"), response.Headers.Location);

        using var careful = await running.Client.GetAsync(response.Headers.Location, Cancel);
        using var careless = await running.Client.SendAsync(Samples.Get(response.Headers.Location!.ToString()), Cancel);

        var traps = running.Host.Requests("sample").Where(request => request.Trap).ToList();
        Assert.Equal(2, traps.Count);
        Assert.Empty(traps[0].CredentialParts);
        Assert.Equal(["Authorization"], traps[1].CredentialParts);
    }

    [Fact]
    public async Task RedirectLoop_Location_IsTheRequestItself()
    {
        await using var running = await StartAsync(SimulatedFault.RedirectLoop);

        using var response = await running.GetAsync("/v1/status?a=b");

        Assert.Equal(new Uri($"{running.Base}/v1/status?a=b"), response.Headers.Location);
    }

    [Theory]
    [InlineData(SimulatedFault.Html, "text/html")]
    [InlineData(SimulatedFault.TruncatedJson, "application/json")]
    [InlineData(SimulatedFault.Empty, "application/json")]
    [InlineData(SimulatedFault.NotJson, "application/json")]
    public async Task Body_Spoilt_IsWholeHttpAndNoJson(SimulatedFault fault, string contentType)
    {
        await using var running = await StartAsync(fault);

        using var response = await running.GetAsync();
        var body = await response.Content.ReadAsStringAsync(Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(contentType, response.Content.Headers.ContentType?.MediaType);
        Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(body));
        Assert.Equal(fault == SimulatedFault.Empty, body.Length == 0);
        Assert.Equal(fault == SimulatedFault.TruncatedJson, body.StartsWith('{'));
    }

    [Fact]
    public async Task HugeBody_Read_IsValidJsonOfTheSize()
    {
        await using var running = await StartAsync(SimulatedFault.HugeBody);

        using var response = await running.GetAsync();
        var body = await response.Content.ReadAsByteArrayAsync(Cancel);

        Assert.True(body.Length >= 1_000_000);
        using var json = JsonDocument.Parse(body);
        Assert.Equal(JsonValueKind.Array, json.RootElement.ValueKind);
    }

    [Fact]
    public async Task SlowHeaders_StatusLine_IsFollowedByHeadersWithoutEnd()
    {
        await using var running = await StartAsync(SimulatedFault.SlowHeaders);
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(running.Host.Address).Port, Cancel);
        var stream = socket.GetStream();
        await stream.WriteAsync("GET /sample/v1/status HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Cancel);

        var received = new StringBuilder();
        var buffer = new byte[256];
        var reads = 0;
        for (; received.Length < 40; reads++)
            received.Append(Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, Cancel)));

        Assert.StartsWith("HTTP/1.1 200 OK\r\nX-Slow: xxx", received.ToString());
        Assert.True(reads >= 4, $"{reads} reads");
    }

    [Fact]
    public async Task SlowHeaders_Client_TimesOut()
    {
        await using var running = await StartAsync(SimulatedFault.SlowHeaders);
        using var timeout = new CancellationTokenSource(TimeSpan.FromMilliseconds(400));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => running.Client.SendAsync(Samples.Get(running.Base + "/v1/status"), timeout.Token));
        await EventuallyAsync(() => running.Host.Concurrency("sample").Current == 0);
    }

    private static Task<Running> StartAsync(SimulatedFault fault) => StartAsync(new FaultOrder { Fault = fault });

    private static async Task<Running> StartAsync(FaultOrder order)
    {
        var options = new SimulatorOptions { DripInterval = TimeSpan.FromMilliseconds(20), HugeBodyBytes = 1_000_000 };
        var running = await Running.StartAsync(Samples.Bearer, options);
        running.Host.SetKey("sample", Samples.KeyName, Samples.Key);
        running.Host.SetFault("sample", order);
        return running;
    }

    private static IEnumerable<Exception> Causes(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
            yield return exception;
    }

    private static async Task EventuallyAsync(Func<bool> holds)
    {
        for (var i = 0; i < 1_000 && !holds(); i++)
            await Task.Delay(10, Cancel);
        Assert.True(holds());
    }
}
