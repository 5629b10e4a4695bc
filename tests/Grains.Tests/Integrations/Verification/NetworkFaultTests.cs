using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Verification;

namespace ControlPlane.Grains.Tests.Integrations.Verification;

/// <summary>Each fault is its own reason and never a verdict about the key. These tests wait on a real clock: they are about real sockets.</summary>
public sealed class NetworkFaultTests
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromMilliseconds(400);

    [Fact]
    public async Task Verify_GoodAnswer_IsValid()
    {
        await using var server = new RawServer(RawServer.Json("""{"id":1}"""));
        var verdict = await VerifyAsync(server.Url);

        Assert.Equal((VerifyStatus.Valid, null, 200), (verdict.Status, verdict.ErrorCode, verdict.HttpStatus));
        Assert.Equal(["dns_tls", "auth", "scope"], verdict.Steps.Select(step => step.Step));
        Assert.All(verdict.Steps, step => Assert.Equal(StepResult.Passed, step.Result));
        Assert.Equal("Provider A accepted the key.", verdict.Message);
        Assert.NotNull(verdict.LatencyMs);
        var request = Assert.Single(server.Requests);
        Assert.StartsWith("GET /me HTTP/1.1", request, StringComparison.Ordinal);
        Assert.Contains("User-Agent: controlplane-verify/1.0", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_BadKey_IsInvalid()
    {
        await using var server = new RawServer(RawServer.Json($$"""{"error":"key {{Targets.Key}} unknown"}""", 401));
        var verdict = await VerifyAsync(server.Url);

        Assert.Equal((VerifyStatus.Invalid, "key_rejected"), (verdict.Status, verdict.ErrorCode));
        Assert.Equal("Provider A refused the key.", verdict.Message);
        Assert.Contains("A_KEY", verdict.SuggestedFix, StringComparison.Ordinal);
        Assert.Equal([StepResult.Passed, StepResult.Failed, StepResult.Skipped], verdict.Steps.Select(step => step.Result));
    }

    [Theory]
    [InlineData(200, "text/html", "<!doctype html><p>Sign in</p>", "unexpected_content")]
    [InlineData(200, "application/json", "{\"id\":", "unreadable_body")]
    [InlineData(200, "application/json", "", "unreadable_body")]
    [InlineData(200, "application/json", "{\"id\":\"\\ud800\"}", "unreadable_body")]
    [InlineData(200, "application/json", "{\"error\":\"no\"}", "unexpected_content")]
    [InlineData(204, "application/json", "", "unexpected_content")]
    [InlineData(404, "application/json", "{}", "unexpected_status")]
    [InlineData(418, "text/plain", "", "unexpected_status")]
    [InlineData(301, "text/html", "<html>", "redirected")]
    [InlineData(500, "application/json", "{\"id\":1}", "provider_error")]
    [InlineData(503, "text/html", "<html>", "provider_error")]
    [InlineData(429, "application/json", "{\"id\":1}", "rate_limited")]
    public async Task Verify_OddAnswer_IsInconclusive(int status, string contentType, string body, string code)
    {
        await using var server = new RawServer(RawServer.Response(body, status, contentType));
        var verdict = await VerifyAsync(server.Url);

        AssertInconclusive(verdict, code);
        Assert.Equal(status, verdict.HttpStatus);
        Assert.Equal(StepResult.Passed, verdict.Steps[0].Result);
    }

    [Fact]
    public async Task Verify_RedirectLoop_IsNotFollowedAndTellsNobodyTheKey()
    {
        await using var other = new RawServer(RawServer.Json("""{"id":1}"""));
        await using var server = new RawServer(RawServer.Json("{}", 302, $"Location: {other.Url}me\r\n"));

        AssertInconclusive(await VerifyAsync(server.Url), "redirected");

        Assert.Empty(other.Requests);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Verify_NothingListens_IsConnectionRefused()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        var verdict = await VerifyAsync(new Uri($"http://127.0.0.1:{port}"));

        AssertInconclusive(verdict, "connection_refused");
        Assert.Equal(StepResult.Failed, verdict.Steps[0].Result);
    }

    [Fact]
    public async Task Verify_Reset_IsConnectionReset()
    {
        await using var server = new RawServer(connection => { connection.Reset(); return Task.CompletedTask; });
        AssertInconclusive(await VerifyAsync(server.Url), "connection_reset");
    }

    [Fact]
    public async Task Verify_ClosedWithoutAnswer_IsConnectionResetAndAskedOnce()
    {
        await using var server = new RawServer(_ => Task.CompletedTask);
        AssertInconclusive(await VerifyAsync(server.Url), "connection_reset");
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Verify_NoHttp_IsInvalidResponse()
    {
        await using var server = new RawServer("220 mail.test ESMTP\r\n\r\n");
        AssertInconclusive(await VerifyAsync(server.Url), "invalid_response");
    }

    [Fact]
    public async Task Verify_BodyEndsEarly_IsUnreadable()
    {
        await using var server = new RawServer("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"id\":1}");
        var verdict = await VerifyAsync(server.Url);
        AssertInconclusive(verdict, "unreadable_body");
        Assert.Equal(200, verdict.HttpStatus);
    }

    [Fact]
    public async Task Verify_HugeBody_IsCutOff()
    {
        await using var server = new RawServer(async connection =>
        {
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n");
            while (true)
                await connection.SendAsync(new string(' ', 64 * 1024));
        });
        AssertInconclusive(await VerifyAsync(server.Url), "body_too_large");
    }

    [Fact]
    public async Task Verify_HugeAnnouncedBody_IsNotRead()
    {
        await using var server = new RawServer(async connection =>
        {
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n");
            await connection.HangAsync();
        });
        AssertInconclusive(await VerifyAsync(server.Url), "body_too_large");
    }

    [Fact]
    public async Task Verify_DeepJson_IsUnreadable()
    {
        await using var server = new RawServer(RawServer.Json(new string('[', 10_000) + new string(']', 10_000)));
        AssertInconclusive(await VerifyAsync(server.Url), "unreadable_body");
    }

    [Fact]
    public async Task Verify_CompressedBody_IsNotUnpacked()
    {
        await using var server = new RawServer(RawServer.Json("{\"id\":1}", 200, "Content-Encoding: gzip\r\n"));
        AssertInconclusive(await VerifyAsync(server.Url), "unexpected_content");
    }

    [Fact]
    public async Task Verify_UnknownName_IsDnsFailed()
    {
        using var harness = new VerifyHarness();
        AssertInconclusive(await harness.VerifyAsync(Targets.Target(Targets.Provider(), null)), "dns_failed");
    }

    [Fact]
    public async Task Verify_ManyProvidersHang_AnotherIsNotHeldUp()
    {
        await using var silent = new RawServer(connection => connection.HangAsync());
        await using var good = new RawServer(RawServer.Json("""{"id":1}"""));
        using var harness = new VerifyHarness();
        using var cancel = new CancellationTokenSource();
        var hung = Enumerable.Range(0, 40).Select(_ => harness.Verifier.VerifyAsync(Targets.Target(Targets.Provider(), silent.Url), TimeSpan.FromMinutes(5), cancel.Token)).ToArray();

        var verdict = await harness.VerifyAsync(Targets.Target(Targets.Provider(), good.Url), TimeSpan.FromMinutes(1));

        Assert.Equal(VerifyStatus.Valid, verdict.Status);
        Assert.All(hung, one => Assert.False(one.IsCompleted));
        await cancel.CancelAsync();
        await Assert.AllAsync(hung, one => Assert.ThrowsAnyAsync<OperationCanceledException>(() => one));
    }

    public static TheoryData<string> SlowServers => ["hang", "hang-after-head", "drip", "drip-head"];

    [Theory]
    [MemberData(nameof(SlowServers))]
    public async Task Verify_SlowServer_EndsAtTheDeadline(string kind)
    {
        await using var server = new RawServer(async connection =>
        {
            if (kind is "hang")
                await connection.HangAsync();
            await connection.SendAsync(kind is "drip-head" ? "HTTP/1.1 200 OK\r\nX-Slow: " : "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n");
            if (kind is "hang-after-head")
                await connection.HangAsync();
            while (true)
            {
                await connection.SendAsync("1");
                await Task.Delay(20, connection.Stopped);
            }
        });
        using var harness = new VerifyHarness();
        var target = Targets.Target(Targets.Provider(), server.Url);
        // Loading code for the first time is no part of the deadline's promise.
        await harness.VerifyAsync(target, s_deadline);

        // The shortest of five: a busy machine makes some late, and never early.
        var shortest = TimeSpan.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var started = Stopwatch.GetTimestamp();
            AssertInconclusive(await harness.VerifyAsync(target, s_deadline), "timeout");
            shortest = Stopwatch.GetElapsedTime(started) is var elapsed && elapsed < shortest ? elapsed : shortest;
        }

        Assert.InRange(shortest, s_deadline - TimeSpan.FromMilliseconds(20), s_deadline + TimeSpan.FromMilliseconds(150));
    }

    [Fact]
    public async Task Verify_CancelledByCaller_Throws()
    {
        await using var server = new RawServer(connection => connection.HangAsync());
        using var harness = new VerifyHarness();
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            harness.Verifier.VerifyAsync(Targets.Target(Targets.Provider(), server.Url), TimeSpan.FromSeconds(10), cancel.Token));
    }

    private static async Task<VerifyVerdict> VerifyAsync(Uri url)
    {
        using var harness = new VerifyHarness();
        return await harness.VerifyAsync(Targets.Target(Targets.Provider(), url));
    }

    private static void AssertInconclusive(VerifyVerdict verdict, string code)
    {
        Assert.Equal((VerifyStatus.Inconclusive, code), (verdict.Status, verdict.ErrorCode));
        Assert.Equal([StepResult.Skipped, StepResult.Skipped], verdict.Steps.Skip(1).Select(step => step.Result));
        Assert.NotEmpty(verdict.Message);
        Assert.NotNull(verdict.SuggestedFix);
    }
}
