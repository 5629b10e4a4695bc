using System.Text;
using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Integrations.Verification.Requests;

namespace ControlPlane.Grains.Tests.Integrations.Verification;

public sealed class RequestBuilderTests
{
    [Fact]
    public void Build_Path_EncodesValuesAndKeepsColons()
    {
        var request = Build("""{"path":"/bot{A_KEY}/get?x={A_VERSION}"}""", ("A_KEY", "12:a/b?c&d e\u00e9"));
        Assert.Equal("https://api.a.test/bot12:a%2Fb%3Fc%26d%20e%C3%A9/get?x=1.0", request.Target.AbsoluteUri);
    }

    [Fact]
    public void Build_Headers_FillsDefaultsAndLeavesAbsentOnesOut()
    {
        var request = Build("""{"path":"/","headers":{"A":"Bearer {A_KEY}","B":"{A_FLAG}","C":"{A_VERSION}","User-Agent":"own/1"}}""", ("A_KEY", "k"));
        Assert.Equal("Bearer k", request.Headers["A"]);
        Assert.False(request.Headers.ContainsKey("B"));
        Assert.Equal("1.0", request.Headers["C"]);
        Assert.Equal("own/1", request.ToMessage().Headers.NonValidated["User-Agent"].ToString());
    }

    [Fact]
    public void Build_Basic_EncodesUserAndPassword()
    {
        var request = Build("""{"path":"/","basic":{"username":"{A_KEY}","password":"{A_SECRET}"}}""", ("A_KEY", "user"), ("A_SECRET", "p\u00e4ss"));
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("user:p\u00e4ss")), request.Headers["Authorization"]);
    }

    [Fact]
    public void Build_Json_EscapesValuesAndLeavesAbsentMembersOut()
    {
        var request = Build(
            """{"method":"POST","path":"/","json":{"key":"{A_KEY}","flag":"{A_FLAG}","list":["{A_FLAG}","v{A_VERSION}"],"n":{"x":1,"y":null}}}""",
            ("A_KEY", "a\"b\\c"));
        using var body = JsonDocument.Parse(request.Body);
        Assert.Equal("""{"key":"a\u0022b\\c","list":["v1.0"],"n":{"x":1,"y":null}}""", body.RootElement.GetRawText());
        Assert.Equal("application/json", request.ToMessage().Content!.Headers.ContentType!.MediaType);
    }

    [Fact]
    public void Build_Form_EncodesFieldsInOrder()
    {
        var request = Build("""{"method":"POST","path":"/","form":{"b":"{A_KEY}","a":"x y","c":"{A_FLAG}"}}""", ("A_KEY", "1&2=3"));
        Assert.Equal("b=1%262%3D3&a=x%20y", Encoding.ASCII.GetString(request.Body!));
    }

    [Theory]
    [InlineData("""{"path":"/","headers":{"A":"{A_KEY}"}}""", "a\r\nX-Evil: 1")]
    [InlineData("""{"path":"/","headers":{"A":"{A_KEY}"}}""", "a\nb")]
    [InlineData("""{"path":"/","headers":{"A":"{A_KEY}"}}""", "a\u0000b")]
    [InlineData("""{"path":"/","headers":{"A":"{A_KEY}"}}""", "\u001b[31m")]
    [InlineData("""{"path":"/","headers":{"A":"{A_KEY}"}}""", "caf\u00e9")]
    [InlineData("""{"path":"/","headers":{"A":"{A_KEY}"}}""", "a\u2028b")]
    [InlineData("""{"path":"/{A_KEY}"}""", "a\nb")]
    [InlineData("""{"path":"/{A_KEY}"}""", "..")]
    [InlineData("""{"method":"POST","path":"/","json":{"a":"{A_KEY}"}}""", "a\nb")]
    [InlineData("""{"method":"POST","path":"/","form":{"a":"{A_KEY}"}}""", "a\tb")]
    [InlineData("""{"path":"/","basic":{"username":"u","password":"{A_KEY}"}}""", "a\r\nb")]
    [InlineData("""{"path":"{A_KEY}"}""", "not an address")]
    [InlineData("""{"path":"{A_KEY}"}""", "file:///etc/passwd")]
    [InlineData("""{"path":"{A_KEY}"}""", "https://user:pw@a.test/hook")]
    [InlineData("""{"path":"{A_KEY}"}""", "https://a.test/ho\nok")]
    public async Task Verify_MalformedValue_IsInvalidAndNotSent(string request, string value)
    {
        await using var server = new RawServer(RawServer.Json("""{"id":1}"""));
        using var harness = new VerifyHarness();
        var verdict = await harness.VerifyAsync(Targets.Target(Targets.Provider(Verify(request)), server.Url, ("A_KEY", value)));

        Assert.Equal((VerifyStatus.Invalid, "malformed_credential", null), (verdict.Status, verdict.ErrorCode, verdict.LatencyMs));
        Assert.Contains("A_KEY", verdict.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(value, verdict.ToString(), StringComparison.Ordinal);
        Assert.Equal(StepResult.Skipped, verdict.Steps[0].Result);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public void Build_HalfASurrogatePair_IsMalformed()
    {
        var fault = Assert.Throws<VerifyFaultException>(() =>
            Build("""{"method":"POST","path":"/","json":{"a":"{A_KEY}"}}""", ("A_KEY", "a\ud800")));
        Assert.Equal("malformed_credential", fault.Code);
    }

    [Theory]
    [InlineData("https://discord.test/api/webhooks/1/abc", "http://127.0.0.1:9000/discord/webhooks/1/abc")]
    [InlineData("https://discord.test/api/v10/webhooks/1/abc?wait=1#x", "http://127.0.0.1:9000/discord/webhooks/1/abc?wait=1")]
    [InlineData("https://discord.test/apis/webhooks/1", "http://127.0.0.1:9000/discord/apis/webhooks/1")]
    public void Build_WebhookWithOverride_PutsTheRestBehindIt(string webhook, string expected)
    {
        var target = Targets.Target(
            Targets.Provider(Verify("""{"path":"{A_KEY}"}"""), "https://discord.test/api/v10"), new Uri("http://127.0.0.1:9000/discord"), ("A_KEY", webhook));
        var request = Build(target);
        Assert.Equal(expected, request.Target.AbsoluteUri);
        Assert.Equal(ReachKind.Loopback, request.Reach.Kind);
    }

    [Fact]
    public void Build_WebhookAlone_GoesWhereItSays()
    {
        var request = Build("""{"path":"{A_KEY}"}""", ("A_KEY", "https://hooks.a.test/1/abc"));
        Assert.Equal("https://hooks.a.test/1/abc", request.Target.AbsoluteUri);
        Assert.Equal(ReachKind.Public, request.Reach.Kind);
    }

    [Theory]
    [InlineData(null, "https://api.a.test/me")]
    [InlineData("live", "https://live.a.test/v1/me")]
    [InlineData("LIVE", "https://live.a.test/v1/me")]
    public void Build_BaseUrlBy_ChoosesTheHost(string? environment, string expected)
    {
        var target = Targets.Target(WithChoice(), null, environment is null ? [("A_KEY", "k")] : [("A_KEY", "k"), ("A_ENV", environment)]);
        Assert.Equal(expected, Build(target).Target.AbsoluteUri);
    }

    [Fact]
    public async Task Verify_UnknownEnvironment_IsInconclusiveAndNotSent()
    {
        using var harness = new VerifyHarness();
        var verdict = await harness.VerifyAsync(Targets.Target(WithChoice(), null, ("A_KEY", "k"), ("A_ENV", "staging")));
        Assert.Equal((VerifyStatus.Inconclusive, "unknown_environment"), (verdict.Status, verdict.ErrorCode));
        Assert.Contains("A_ENV", verdict.SuggestedFix, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_Override_ReplacesTheBaseAndKeepsTheCanonicalOne()
    {
        var request = Build(Targets.Target(Targets.Provider(baseUrl: "https://api.a.test/v2"), new Uri("http://localhost:9000/a/")));
        Assert.Equal("http://localhost:9000/a/me", request.Target.AbsoluteUri);
        Assert.Equal("https://api.a.test/v2/me", request.Canonical.AbsoluteUri);
    }

    [Fact]
    public void Build_VariableBase_IsUsed()
    {
        var target = Targets.Target(Targets.Provider(baseUrl: "{A_URL}"), null, ("A_KEY", "k"), ("A_URL", "https://x.a.test/"));
        Assert.Equal("https://x.a.test/me", Build(target).Target.AbsoluteUri);
    }

    [Fact]
    public void ToString_OfWhatHoldsSecrets_SaysNothing()
    {
        var target = Targets.Target(Targets.Provider(), null);
        Assert.DoesNotContain(Targets.Key, $"{Build(target)} {target} {new TemplateValues(target)}", StringComparison.Ordinal);
    }

    private static string Verify(string request) =>
        $$"""{"request":{{request}},"min_interval_s":60,"outcomes":[{"status":[200],"when":{"type":"json_has","path":"id"},"verdict":"valid"}]}""";

    private static ProviderDefinition WithChoice() => Targets.Provider() with
    {
        BaseUrlBy = new BaseUrlChoice { Variable = "A_ENV", Values = new Dictionary<string, string> { ["live"] = "https://live.a.test/v1" } },
    };

    private static OutgoingRequest Build(string request, params (string, string)[] values) =>
        Build(Targets.Target(Targets.Provider(Verify(request)), null, values));

    private static OutgoingRequest Build(VerifyTarget target) =>
        RequestBuilder.Build(target.Access.Verify!.Request, target, new TemplateValues(target));
}
