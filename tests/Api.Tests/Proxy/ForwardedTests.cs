using System.Net;
using ControlPlane.Api.Hosting;
using ControlPlane.Api.Security;
using ControlPlane.Api.Tests.Host;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Tests.Proxy;

public sealed class ForwardedTests
{
    private static readonly (string, string)[] s_trusted = [("ControlPlane:Access:TrustedProxies", "127.0.0.1, 10.0.0.0/8")];

    /// <summary>Seen before: an attacker behind the same proxy locked the operator out.</summary>
    [Fact]
    public async Task SignIn_BehindATrustedProxy_IsLimitedByTheTrueClient()
    {
        await using var api = await TestApi.StartAsync(null, null, s_trusted);
        for (var i = 0; i < 10; i++) Assert.Equal(HttpStatusCode.Unauthorized, await SignInAsync(api, "wrong-token-wrong-token-wrong", "203.0.113.9"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await SignInAsync(api, TestApi.Operator, "203.0.113.9"));
        Assert.Equal(HttpStatusCode.OK, await SignInAsync(api, TestApi.Operator, "203.0.113.10"));

        // What a client writes in front of the proxy's own word does not count.
        Assert.Equal(HttpStatusCode.TooManyRequests, await SignInAsync(api, TestApi.Operator, "198.51.100.1, 203.0.113.9"));
    }

    [Fact]
    public async Task SignIn_WithoutATrustedProxy_IsLimitedByTheConnection()
    {
        await using var api = await TestApi.StartAsync();
        for (var i = 0; i < 10; i++) Assert.Equal(HttpStatusCode.Unauthorized, await SignInAsync(api, "wrong-token-wrong-token-wrong", $"203.0.113.{i}"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await SignInAsync(api, TestApi.Operator, "203.0.113.99"));
    }

    [Fact]
    public async Task Tls_InFrontOfATrustedProxy_MakesTheCookieSecure_AndTellsBrowsersToStay()
    {
        await using var api = await TestApi.StartAsync(null, null, s_trusted);
        (string, string)[] headers = [("X-Forwarded-Proto", "https"), ("Host", "control.example.com"), ("Origin", "https://control.example.com")];
        using var answer = await api.PostAsync("/api/session", new { token = TestApi.Operator }, token: null, headers);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("secure", answer.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
        Assert.Equal("max-age=31536000", answer.Headers.GetValues("Strict-Transport-Security").Single());

        await using var open = await TestApi.StartAsync();
        using var ignored = await open.PostAsync("/api/session", new { token = TestApi.Operator }, token: null, headers[..2]);
        Assert.DoesNotContain("secure", ignored.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
        Assert.False(ignored.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Prefix_ByHeaderOrBySetting_MovesThePageAndItsCookie()
    {
        await using var byHeader = await TestApi.StartAsync(null, null, s_trusted);
        using var page = await byHeader.GetAsync("/", null, ("X-Forwarded-Prefix", "/cp"));
        Assert.Contains("<base href=\"/cp/\"", await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        await using var bySetting = await TestApi.StartAsync(null, null, ("ControlPlane:Access:PathBase", "/cp"));
        using var below = await bySetting.GetAsync("/cp/", null);
        Assert.Contains("<base href=\"/cp/\"", await below.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        using var status = await bySetting.GetAsync("/cp/api/system/status");
        Assert.Equal(HttpStatusCode.OK, status.StatusCode);
        using var session = await bySetting.PostAsync("/cp/api/session", new { token = TestApi.Operator }, token: null);
        Assert.Contains("path=/cp", session.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_ByForm_AnswersWith303ToThePage()
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.PostAsync("/api/session", Form(TestApi.Operator), token: null, ("Origin", api.Origin));
        Assert.Equal("303 ", $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
        Assert.Equal("/", answer.Headers.Location!.OriginalString);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        using var session = await api.GetAsync("/api/session", null, ("Cookie", cookie));
        Assert.Equal(HttpStatusCode.OK, session.StatusCode);

        using var wrong = await api.PostAsync("/api/session", Form("wrong-token-wrong-token-wrong"), token: null, ("Origin", api.Origin));
        using var foreign = await api.PostAsync("/api/session", Form(TestApi.Operator), token: null, ("Origin", "https://evil.example"));
        using var empty = await api.PostAsync("/api/session", new FormUrlEncodedContent([]), token: null, ("Origin", api.Origin));
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden, HttpStatusCode.BadRequest), (wrong.StatusCode, foreign.StatusCode, empty.StatusCode));
        Assert.False(wrong.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData("127.0.0.1,::1,10.0.0.0/8", true)]
    [InlineData("", true)]
    [InlineData(null, true)]
    [InlineData("proxy.internal", false)]
    [InlineData("10.0.0.0/33", false)]
    public void TrustedProxies_AreAddressesAndNetworks(string? text, bool good) => Assert.Equal(good, TrustedProxies.TryParse(text, out _));

    [Theory]
    [InlineData("/cp", true)]
    [InlineData("/a/b-c", true)]
    [InlineData("cp", false)]
    [InlineData("/cp/", false)]
    [InlineData("/../cp", false)]
    [InlineData("/c p", false)]
    public void PathBase_IsAPlainPath(string path, bool good) =>
        Assert.Equal(good, new ApiOptionsValidation().Validate(null, new ApiOptions { Access = { PathBase = path } }).Succeeded);

    [Theory]
    [InlineData("http://0.0.0.0:5080", true)]
    [InlineData("http://[::]:5080", true)]
    [InlineData("http://192.168.1.5:5080", true)]
    [InlineData("http://*:5080", true)]
    [InlineData("https://0.0.0.0:5443", false)]
    [InlineData("http://127.0.0.1:5080", false)]
    [InlineData("http://[::1]:5080", false)]
    [InlineData("http://localhost:5080", false)]
    public void ClearText_IsWhatOthersCanRead(string address, bool open) => Assert.Equal(open, ClearTextWarning.Open([address]).Length == 1);

    [Fact]
    public async Task Stream_TellsProxiesNotToGatherIt()
    {
        await using var api = await TestApi.StartAsync();
        using var stream = await api.GetAsync("/api/system/stream");
        Assert.Equal("no", stream.Headers.GetValues("X-Accel-Buffering").Single());
        using var status = await api.GetAsync("/api/system/status");
        Assert.False(status.Headers.Contains("X-Accel-Buffering"));
    }

    [Theory]
    [InlineData("/api/system/status")]
    [InlineData("/api/integrations/status")]
    [InlineData("/api/bots")]
    [InlineData("/api/system/stream")]
    [InlineData("/healthz")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/")]
    [InlineData("/api/bots/unknown")]
    public async Task Head_AnswersLikeGet_WithoutABody(string path)
    {
        await using var api = await TestApi.StartAsync();
        using var get = await api.GetAsync(path);
        using var head = await api.SendAsync(HttpMethod.Head, path, TestApi.Viewer);
        Assert.Equal((get.StatusCode, get.Content.Headers.ContentType), (head.StatusCode, head.Content.Headers.ContentType));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        using var closed = await api.SendAsync(HttpMethod.Head, "/api/audit", TestApi.Viewer);
        Assert.Equal(HttpStatusCode.Forbidden, closed.StatusCode);
    }

    [Fact]
    public async Task DataFolder_OpenToOthers_IsNarrowedWithALogLine()
    {
        if (OperatingSystem.IsWindows()) return;
        await using var first = await TestApi.StartAsync();
        File.SetUnixFileMode(first.Data, (UnixFileMode)0x1ED);
        await using var second = await TestApi.StartAsync(before: first);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(first.Data));
        Assert.Contains(second.Log.Lines, line => line.Contains("Other users had rights over the data folder", StringComparison.Ordinal));
    }

    [Fact]
    public async Task DataFolder_ThatSeveralShare_IsRefused()
    {
        if (OperatingSystem.IsWindows()) return;
        await using var first = await TestApi.StartAsync();
        File.SetUnixFileMode(first.Data, (UnixFileMode)0x3FF);
        var wrong = await Assert.ThrowsAsync<WrongSettingException>(() => TestApi.StartAsync(before: first));
        Assert.Equal("ControlPlane__DataDirectory", wrong.Key);
        File.SetUnixFileMode(first.Data, (UnixFileMode)0x1C0);
    }

    private static FormUrlEncodedContent Form(string token) => new([KeyValuePair.Create("token", token)]);

    private static async Task<HttpStatusCode> SignInAsync(TestApi api, string token, string client)
    {
        using var answer = await api.PostAsync("/api/session", new { token }, token: null, ("X-Forwarded-For", client));
        return answer.StatusCode;
    }
}
